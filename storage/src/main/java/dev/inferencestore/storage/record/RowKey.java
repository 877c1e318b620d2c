package dev.inferencestore.storage.record;

/** What identifies a row; or with time zero and no part, an inference id of a model. */
record RowKey(String modelId, String inferenceId, long createdAt, String part) {

    static RowKey of(InferenceRow row) {
        return new RowKey(
                row.modelId(), row.inferenceId(), row.createdAt(), row.part().text());
    }

    static RowKey ofId(InferenceRow row) {
        return ofId(row.modelId(), row.inferenceId());
    }

    static RowKey ofId(String modelId, String inferenceId) {
        return new RowKey(modelId, inferenceId, 0, "");
    }
}
