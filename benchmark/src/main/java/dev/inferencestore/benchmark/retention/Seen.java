package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.domain.segment.ObjectKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * What tables and bucket hold, by model.
 *
 * @param objects keys that the bucket lists
 */
record Seen(Map<String, Standing> standings, Map<String, Set<String>> objects) {

    static Seen look(LocalRun store, String prefix, Connection connection, Collection<String> models)
            throws SQLException {
        Map<String, Set<String>> objects = new TreeMap<>();
        for (String model : models) {
            objects.put(
                    model,
                    new TreeSet<>(
                            Bucket.list(store, ObjectKeys.folder(prefix, model)).keySet()));
        }
        return new Seen(Standing.read(connection, List.copyOf(models)), objects);
    }

    /** What should be seen once all that is below is hidden. */
    Seen hiding(Map<String, Below> below) {
        return new Seen(changed(below, Standing::hiding), objects);
    }

    /** What should be seen once all that is below is removed. */
    Seen without(Map<String, Below> below) {
        Map<String, Set<String>> left = new TreeMap<>(objects);
        below.forEach((model, removed) -> left.computeIfPresent(model, (any, keys) -> {
            Set<String> kept = new TreeSet<>(keys);
            kept.removeAll(removed.objects());
            return kept;
        }));
        return new Seen(changed(below, Standing::without), left);
    }

    long objectsInAll() {
        return objects.values().stream().mapToLong(Set::size).sum();
    }

    /** Keys that the one has and the other has not, over all models. */
    Set<String> objectsNotIn(Seen other) {
        Set<String> rest = new HashSet<>();
        objects.values().forEach(rest::addAll);
        other.objects.values().forEach(rest::removeAll);
        return rest;
    }

    private Map<String, Standing> changed(Map<String, Below> below, BiFunction<Standing, Below, Standing> change) {
        Map<String, Standing> changed = new TreeMap<>(standings);
        below.forEach((model, of) -> changed.computeIfPresent(model, (any, standing) -> change.apply(standing, of)));
        return changed;
    }
}
