package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Some inputs of each model, read through their segments' ranges: the oldest, which are the nearest to what was removed.
 *
 * @param wrong those that cannot be read or are not what their sha256 says
 */
record InputSample(int read, List<String> wrong) {
    private static final int A_MODEL = 50;
    private static final String OLDEST = """
            SELECT s.object_key, s.base_offset + i.input_offset, i.input_size, i.input_sha256, i.inference_id
            FROM visible_inferences v
            JOIN inferences i USING (model_id, inference_id, created_at, part)
            JOIN segments s ON s.segment_id = i.input_segment
            WHERE v.model_id = ? AND v.input_state = 'available'
            ORDER BY v.created_at LIMIT ?""";

    static InputSample read(LocalRun store, Connection connection, List<String> models) throws SQLException {
        Fingerprint sha256 = new Fingerprint();
        List<String> wrong = new ArrayList<>();
        int read = 0;
        try (ObjectStore objects = Bucket.open(store, 1);
                PreparedStatement statement = connection.prepareStatement(OLDEST)) {
            for (String model : models) {
                statement.setString(1, model);
                statement.setInt(2, A_MODEL);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        read++;
                        if (!isRight(objects, row, sha256)) {
                            wrong.add(model + " '" + row.getString(5) + "' in " + row.getString(1));
                        }
                    }
                }
            }
        }
        return new InputSample(read, wrong);
    }

    private static boolean isRight(ObjectStore objects, ResultSet row, Fingerprint sha256) throws SQLException {
        try {
            byte[] bytes = objects.read(Objects.requireNonNull(row.getString(1)), row.getLong(2), row.getInt(3));
            return Arrays.equals(sha256.of(bytes), row.getBytes(4));
        } catch (ObjectStoreException unreadable) {
            return false;
        }
    }
}
