package dev.inferencestore.benchmark.retention;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A task as the API shows it.
 *
 * @param recordCutoff RFC 3339; empty before it has started
 * @param why it failed or was cancelled; empty otherwise
 */
record RetentionTask(
        String model, String id, String state, String recordCutoff, String blobCutoff, Figures figures, String why) {

    /** What it found and removed, by its own word. */
    record Figures(long recordsMatched, long recordsDeleted, long blobsMatched, long blobsDeleted, long bytes) {}

    static RetentionTask of(JsonNode json) {
        JsonNode records = json.path("records");
        JsonNode blobs = json.path("blobs");
        return new RetentionTask(
                json.path("model_id").asText(),
                json.path("id").asText(),
                json.path("state").asText(),
                json.path("record_cutoff").asText(""),
                json.path("blob_cutoff").asText(""),
                new Figures(
                        records.path("matched").asLong(),
                        records.path("deleted").asLong(),
                        blobs.path("matched").asLong(),
                        blobs.path("deleted").asLong(),
                        blobs.path("bytes").asLong()),
                json.path("error").asText(""));
    }

    boolean isOver() {
        return !"pending".equals(state) && !"running".equals(state);
    }

    boolean isComplete() {
        return "complete".equals(state);
    }

    /** Whether it found what is there by count. */
    boolean matched(Below below) {
        return figures.recordsMatched() == below.records()
                && figures.blobsMatched() == below.inputs()
                && figures.bytes() == below.bytes();
    }

    /** Whether it says that it removed what was there by count. */
    boolean deleted(Below below) {
        return figures.recordsDeleted() == below.records()
                && figures.blobsDeleted() == below.inputs()
                && figures.bytes() == below.bytes();
    }
}
