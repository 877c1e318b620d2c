package dev.inferencestore.benchmark.erase;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.Whole;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads every object of the model whole: nothing of what was erased is in any, and every row's input is as it was. */
final class EraseProof {
    private static final String INPUTS = """
            SELECT i.inference_id, s.base_offset + i.input_offset, i.input_size, i.input_sha256
            FROM inferences i JOIN segments s ON s.segment_id = i.input_segment
            WHERE s.object_key = ? AND i.model_id = ? AND i.created_at BETWEEN s.min_created_at AND s.max_created_at
            """;
    private static final String LEFT = "SELECT inference_id FROM inferences WHERE model_id = ?";
    private static final int HEADER = 512;
    private static final int NAME = 100;

    private final LocalRun store;
    private final Connection connection;
    private final Report report;

    EraseProof(LocalRun store, Connection connection, Report report) {
        this.store = store;
        this.connection = connection;
        this.report = report;
    }

    void prove(EraseLoad load, int[] erased, String prefix) throws SQLException {
        Blocks blocks = new Blocks();
        Set<String> ids = new HashSet<>();
        for (int number : erased) {
            blocks.add(load.input(number));
            ids.add(load.id(number));
        }
        Set<String> keys = new TreeSet<>(
                Bucket.list(store, ObjectKeys.folder(prefix, load.model())).keySet());
        long bytes = 0;
        long pieces = 0;
        long names = 0;
        long read = 0;
        List<String> wrong = new ArrayList<>();
        try (ObjectStore objects = Bucket.open(store, 2)) {
            for (String key : keys) {
                Optional<Whole> whole = objects.readAll(key);
                if (whole.isEmpty()) {
                    continue;
                }
                byte[] object = whole.get().bytes();
                bytes += object.length;
                pieces += blocks.foundIn(object);
                names += names(object, ids);
                read += inputs(load, key, object, wrong);
            }
        }
        report.line("read %,d objects of %,d bytes whole; looked for %,d pieces of %,d inputs"
                .formatted(keys.size(), bytes, blocks.pieces(), erased.length));
        report.none("blocks of objects that are of erased inputs", pieces, List.of());
        report.none("entries of objects that are named for erased inferences", names, List.of());
        report.none("inputs that are not as their rows say", wrong.size(), wrong);
        long left = left(load, ids);
        report.equal("rows left", (long) load.records() - erased.length, left);
        report.equal("inputs left that were read and compared by sha256", left, read);
    }

    private static long names(byte[] object, Set<String> ids) {
        long found = 0;
        for (int at = 0; at + HEADER <= object.length; at += HEADER) {
            int end = at;
            while (end < at + NAME && object[end] != 0) {
                end++;
            }
            String name = new String(object, at, end - at, StandardCharsets.ISO_8859_1);
            int dot = name.lastIndexOf('.');
            String id = dot < 0 ? name : name.substring(0, dot);
            found += ids.contains(id.replaceAll("~\\d+$", "")) ? 1 : 0;
        }
        return found;
    }

    private long inputs(EraseLoad load, String key, byte[] object, List<String> wrong) throws SQLException {
        long read = 0;
        try (PreparedStatement statement = connection.prepareStatement(INPUTS)) {
            statement.setString(1, key);
            statement.setString(2, load.model());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    MessageDigest sha256 = sha256();
                    sha256.update(object, (int) row.getLong(2), (int) row.getLong(3));
                    if (!MessageDigest.isEqual(sha256.digest(), row.getBytes(4))) {
                        wrong.add(row.getString(1));
                    }
                    read++;
                }
            }
        }
        return read;
    }

    private long left(EraseLoad load, Set<String> ids) throws SQLException {
        long left = 0;
        List<String> back = new ArrayList<>();
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(LEFT)) {
            statement.setFetchSize(10_000);
            statement.setString(1, load.model());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    left++;
                    if (ids.contains(row.getString(1))) {
                        back.add(row.getString(1));
                    }
                }
            }
        } finally {
            connection.setAutoCommit(true);
        }
        report.none("rows of erased inferences", back.size(), back);
        return left;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
