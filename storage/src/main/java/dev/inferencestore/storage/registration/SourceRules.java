package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.refusal.Conflict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One event must not be two models', so no two have a source in common. Asked under the lock of versions. */
final class SourceRules {
    private SourceRules() {}

    /**
     * Checks the sources of a registration.
     *
     * @throws Conflict where another registered model has one, whether or not both say what a format takes for granted
     */
    static void check(Handle handle, Registration wanted, Registrar registrar) {
        Map<SourceKey, Integer> places = new HashMap<>();
        for (int i = 0; i < wanted.sources().size(); i++) {
            SourceKey key = SourceKey.of(wanted.sources().get(i));
            if (key != null && places.putIfAbsent(key, i) != null) {
                throw new Conflict(
                        "sources[" + places.get(key) + "] and sources[" + i + "] are the same: " + key.text());
            }
        }
        handle
                .createQuery(RegistrationSql.SOURCES_OF_OTHERS)
                .bind("modelId", wanted.modelId())
                .bind(
                        "sources",
                        ControlRecordCodec.encodeSources(
                                places.keySet().stream().map(SourceKey::least).toList()))
                .map((row, context) -> conflict(places, row, registrar))
                .list()
                .stream()
                .filter(found -> found != null)
                .findFirst()
                .ifPresent(claimed -> {
                    throw new Conflict(claimed);
                });
    }

    private static @Nullable String conflict(Map<SourceKey, Integer> places, ResultSet row, Registrar registrar)
            throws SQLException {
        List<Source> theirs = ControlRecordCodec.decodeSources(row.getString("sources"));
        for (Source source : theirs) {
            SourceKey key = SourceKey.of(source);
            Integer place = key == null ? null : places.get(key);
            if (key != null && place != null) {
                return "sources[" + place + "], " + key.text() + ", is claimed by "
                        + (registrar.maySee(row.getString("project_id"))
                                ? "model '" + row.getString("model_id") + "' of project '" + row.getString("project_id")
                                        + "'"
                                : "another model");
            }
        }
        return null;
    }
}
