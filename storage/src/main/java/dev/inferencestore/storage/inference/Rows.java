package dev.inferencestore.storage.inference;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads whole rows of inferences whose places are known. */
final class Rows {
    private Rows() {}

    /** These inferences, in their order. One whose row has gone since is left out. */
    static List<StoredInference> read(
            Handle handle, String modelId, Seen seen, List<Halves.Pair> pairs, long mostOutput) {
        List<Place> places = new ArrayList<>();
        pairs.forEach(pair -> {
            places.add(pair.place());
            if (pair.second() != null) {
                places.add(pair.second().place());
            }
        });
        Map<Place, StoredHalf> halves = halves(handle, modelId, seen, places, mostOutput);
        return pairs.stream()
                .filter(pair -> halves.containsKey(pair.place()))
                .map(pair -> new StoredInference(
                        modelId,
                        Objects.requireNonNull(halves.get(pair.place())),
                        pair.second() == null ? null : halves.get(pair.second().place())))
                .toList();
    }

    private static Map<Place, StoredHalf> halves(
            Handle handle, String modelId, Seen seen, List<Place> places, long mostOutput) {
        Map<Place, StoredHalf> halves = new HashMap<>();
        if (!places.isEmpty()) {
            bind(handle.createQuery(InferenceSql.rows(seen)), places)
                    .bind("modelId", modelId)
                    .bind("mostOutput", mostOutput)
                    .map((row, context) -> half(places.get(row.getInt("n") - 1), row))
                    .forEach(half -> halves.put(half.place(), half));
        }
        return halves;
    }

    static Query bind(Query statement, List<Place> places) {
        return statement
                .bind("ids", places.stream().map(Place::inferenceId).toArray(String[]::new))
                .bindArray(
                        "times",
                        Long.class,
                        places.stream().map(Place::createdAt).toArray())
                .bind("parts", places.stream().map(place -> place.part().text()).toArray(String[]::new));
    }

    private static StoredHalf half(Place place, ResultSet row) throws SQLException {
        Long inputSize = row.getObject("input_size", Long.class);
        return new StoredHalf(
                place,
                row.getString("action"),
                row.getString("metadata"),
                row.getBytes("shown_output"),
                row.getString("output_content_type"),
                row.getLong("output_size"),
                located(row, "output", row.getLong("output_size")),
                InputState.of(row.getString("input_state")),
                row.getString("input_content_type"),
                inputSize,
                row.getString("sha256"),
                inputSize == null ? null : located(row, "input", inputSize),
                row.getObject("status_code", Integer.class),
                row.getString("source"),
                row.getObject("duration_micros", Long.class),
                row.getObject("rule_version", Long.class),
                row.getString("input_omitted"),
                row.getString("output_omitted"),
                row.getString("input_reference"));
    }

    private static @Nullable Located located(ResultSet row, String of, long size) throws SQLException {
        String key = row.getString(of + "_key");
        return key == null ? null : new Located(key, row.getLong(of + "_from"), size);
    }
}
