package dev.inferencestore.storage.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.domain.replay.ReplaySpecCodec;

/** A replay as the audit log shows it. */
final class ReplayJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReplayJson() {}

    static String image(ReplayRun run) {
        return JSON.createObjectNode()
                .put("id", run.replayId())
                .put("state", run.state().text())
                .put("cancel_requested", run.cancelRequested())
                .set("spec", ReplaySpecCodec.json(run.spec()))
                .toString();
    }
}
