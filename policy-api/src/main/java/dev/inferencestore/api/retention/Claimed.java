package dev.inferencestore.api.retention;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.storage.retention.RetentionJson;

/** What was gone for good when a call came, whatever the call said. */
public final class Claimed {
    private Claimed() {}

    /** Adds it to what a call answers; null where nothing was. */
    public static ObjectNode addTo(ObjectNode json, Cutoffs claimed) {
        if (claimed.equals(Cutoffs.NONE)) {
            return json.putNull("claimed");
        }
        json.putObject("claimed")
                .put("records_before", RetentionJson.text(claimed.records()))
                .put("blobs_before", RetentionJson.text(claimed.blobs()));
        return json;
    }
}
