package dev.inferencestore.storage.record;

import java.util.HexFormat;

/**
 * What identifies a row; or with time zero and no part, an inference id of a model.
 *
 * @param fingerprint in hexadecimal, where several contents may stand under one key, else empty
 */
record RowKey(String modelId, String inferenceId, long createdAt, String part, String fingerprint) {

    static RowKey of(InferenceRow row) {
        return new RowKey(
                row.modelId(), row.inferenceId(), row.createdAt(), row.part().text(), "");
    }

    static RowKey ofContent(InferenceRow row) {
        String fingerprint = HexFormat.of().formatHex(row.fingerprint());
        return new RowKey(
                row.modelId(), row.inferenceId(), row.createdAt(), row.part().text(), fingerprint);
    }

    static RowKey ofId(InferenceRow row) {
        return ofId(row.modelId(), row.inferenceId());
    }

    static RowKey ofId(String modelId, String inferenceId) {
        return new RowKey(modelId, inferenceId, 0, "", "");
    }
}
