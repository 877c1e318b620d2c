package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs together: a response belongs to the latest request of its id at or before it, so to the row of that
 * id that comes before it, unless that is a response too, of which the first counts. Most halves come within the hour;
 * only for those that do not, all weeks are looked through.
 */
final class Halves {
    private static final long HOUR = 3_600_000_000L;

    private final Handle handle;
    private final String modelId;
    private final Seen seen;
    private final long mostOutput;

    /** An inference by its rows. */
    record Pair(Scan.Row first, Scan.@Nullable Row second) {
        Place place() {
            return first.place();
        }

        long weight() {
            return first.weight() + (second == null ? 0 : second.weight());
        }

        Part part() {
            return second != null ? Part.BOTH : place().part();
        }
    }

    /** Of a model; so many bytes of an output are shown at most. */
    Halves(Handle handle, String modelId, Seen seen, long mostOutput) {
        this.handle = handle;
        this.modelId = modelId;
        this.seen = seen;
        this.mostOutput = mostOutput;
    }

    /** The inferences that begin with these rows, in the same order: responses that belong to a request begin none. */
    List<Pair> pairs(List<Scan.Row> rows) {
        Map<Place, Scan.Row> responses = responses(requests(rows));
        return firsts(rows).stream()
                .map(first -> new Pair(first, responses.get(first.place())))
                .toList();
    }

    /** Those of these rows that begin an inference. */
    List<Scan.Row> firsts(List<Scan.Row> rows) {
        Map<Place, Scan.Row> requests = requestsOf(
                rows.stream().map(Scan.Row::place).filter(Place::isResponse).toList());
        return rows.stream().filter(row -> !requests.containsKey(row.place())).toList();
    }

    /** The request that each of these responses belongs to, of those that belong to one. */
    Map<Place, Scan.Row> requestsOf(List<Place> responses) {
        return inTwo(InferenceSql.preceding(seen), responses);
    }

    private Map<Place, Scan.Row> responses(List<Place> requests) {
        Map<Place, Scan.Row> following = inTwo(InferenceSql.following(seen), requests);
        following.values().removeIf(row -> !row.place().isResponse());
        return following;
    }

    private static List<Place> requests(List<Scan.Row> rows) {
        return rows.stream()
                .map(Scan.Row::place)
                .filter(place -> place.part() == Part.REQUEST)
                .toList();
    }

    private Map<Place, Scan.Row> inTwo(String sql, List<Place> places) {
        Map<Place, Scan.Row> found = find(sql, places, HOUR);
        List<Place> left =
                places.stream().filter(place -> !found.containsKey(place)).toList();
        found.putAll(find(sql, left, Seen.END));
        return found;
    }

    private Map<Place, Scan.Row> find(String sql, List<Place> places, long within) {
        Map<Place, Scan.Row> found = new HashMap<>();
        if (places.isEmpty()) {
            return found;
        }
        Rows.bind(handle.createQuery(sql), places)
                .bind("modelId", modelId)
                .bind("floor", seen.floor())
                .bind("mostOutput", mostOutput)
                .bind("within", within)
                .map((row, context) -> {
                    Place of = places.get(row.getInt("n") - 1);
                    Place place = new Place(row.getLong("created_at"), of.inferenceId(), Scan.part(row));
                    // One that cannot be seen stands between, and is not shown.
                    Part part = row.getBoolean("seen") ? place.part() : Part.BOTH;
                    return Map.entry(
                            of,
                            new Scan.Row(
                                    new Place(place.createdAt(), place.inferenceId(), part), row.getLong("weight")));
                })
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** The row that an inference begins with, of one of its rows. */
    Place firstOf(Place row) {
        return row.isResponse()
                ? Objects.requireNonNullElseGet(
                                requestsOf(new ArrayList<>(List.of(row))).get(row), () -> new Scan.Row(row, 0))
                        .place()
                : row;
    }
}
