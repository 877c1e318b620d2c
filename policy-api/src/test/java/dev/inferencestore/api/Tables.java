package dev.inferencestore.api;

import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;

/** What every table of a database holds, to see that nothing has changed. */
public final class Tables {
    private static final String NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = 'inference_store'";
    private static final String DIGEST =
            "SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM %s t";

    private Tables() {}

    /** A digest a table, by its name. */
    public static Map<String, String> digests(Jdbi jdbi) {
        return jdbi.withHandle(handle -> {
            Map<String, String> tables = new TreeMap<>();
            for (String table : handle.createQuery(NAMES).mapTo(String.class).list()) {
                tables.put(
                        table,
                        handle.createQuery(DIGEST.formatted(table))
                                .mapTo(String.class)
                                .one());
            }
            return tables;
        });
    }
}
