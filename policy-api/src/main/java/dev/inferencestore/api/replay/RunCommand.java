package dev.inferencestore.api.replay;

import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import java.util.List;

/** What to type where the API has no Flink to submit to. */
final class RunCommand {
    private RunCommand() {}

    static String of(ReplaySpec spec, List<String> arguments) {
        String rest = arguments.isEmpty()
                ? " and the job's options, or their environment variables"
                : arguments.stream().reduce("", (all, word) -> all + " " + quoted(word));
        return "flink run -c " + EntryClass.of(spec.kind()) + " inference-store-job.jar --replay.spec "
                + quoted(ReplaySpecCodec.encode(spec)) + rest;
    }

    /** As a shell reads it as one word, whatever is in it. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
