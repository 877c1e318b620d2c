package dev.inferencestore.storage.inference;

import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds and drops indexes, while writers go on: partition by partition, each without a lock on its rows. What dies on
 * the way is gone over again, by whichever process comes next; one at a time does it.
 */
public final class IndexBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(IndexBuilder.class);

    private static final String IMPATIENT = "SET lock_timeout = '2s'";

    private final Jdbi jdbi;

    public IndexBuilder(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Does what there is to do, unless another process is at it. Returns how many could not be done now. */
    public int work() {
        return jdbi.withHandle(handle -> {
            if (!handle.createQuery(MetadataSql.TRY_BUILDER)
                    .mapTo(Boolean.class)
                    .one()) {
                return 0;
            }
            String statements = setting(handle, "statement_timeout");
            String locks = setting(handle, "lock_timeout");
            try {
                // Building takes as long as it takes; what needs a lock that stops writers, does not wait for it.
                handle.execute("SET statement_timeout = 0");
                handle.execute(IMPATIENT);
                handle.execute(MetadataSql.DROP_OF_UNREGISTERED);
                return unfinished(handle);
            } finally {
                handle.execute("SELECT pg_advisory_unlock(1768846963, 1001)");
                // The pool's own, which a RESET would not give back.
                set(handle, "statement_timeout", statements);
                set(handle, "lock_timeout", locks);
            }
        });
    }

    private static String setting(Handle handle, String name) {
        return handle.createQuery("SELECT current_setting(:name)")
                .bind("name", name)
                .mapTo(String.class)
                .one();
    }

    private static void set(Handle handle, String name, String value) {
        var unused = handle.createQuery("SELECT set_config(:name, :value, false)")
                .bind("name", name)
                .bind("value", value)
                .mapTo(String.class)
                .one();
    }

    private static int unfinished(Handle handle) {
        int failed = 0;
        List<MetadataIndex> indexes = handle.createQuery(MetadataSql.UNFINISHED)
                .map((row, context) -> MetadataIndexes.index(row))
                .list();
        for (MetadataIndex index : indexes) {
            try {
                if (index.state() == MetadataIndex.State.BUILDING) {
                    build(handle, index);
                } else {
                    drop(handle, index);
                }
            } catch (RuntimeException failure) {
                failed++;
                LOG.warn("metadata index {} of model {} is tried again", index.key(), index.modelId(), failure);
                handle.createUpdate(MetadataSql.PROBLEM)
                        .bind("id", index.id())
                        .bind(
                                "problem",
                                String.valueOf(failure.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""))
                        .execute();
            }
        }
        return failed;
    }

    private static void build(Handle handle, MetadataIndex index) {
        handle.execute(MetadataSql.CREATE_WHOLE.formatted(index.id(), index.modelId(), index.key()));
        for (String partition : partitionsLeft(handle, index)) {
            patiently(handle, MetadataSql.DROP_PART.formatted(index.id(), partition));
            patiently(handle, MetadataSql.CREATE_PART.formatted(index.id(), partition, index.modelId(), index.key()));
            handle.execute(MetadataSql.ATTACH.formatted(index.id(), partition));
        }
        if (partitionsLeft(handle, index).isEmpty()) {
            handle.createUpdate(MetadataSql.READY).bind("id", index.id()).execute();
        }
    }

    /** It waits for every older transaction, which it does as if for a lock; nobody waits for it meanwhile. */
    private static void patiently(Handle handle, String statement) {
        handle.execute("SET lock_timeout = 0");
        try {
            handle.execute(statement);
        } finally {
            handle.execute(IMPATIENT);
        }
    }

    private static List<String> partitionsLeft(Handle handle, MetadataIndex index) {
        return handle.createQuery(MetadataSql.PARTITIONS_LEFT)
                .bind("whole", "metadata_" + index.id())
                .mapTo(String.class)
                .list();
    }

    private static void drop(Handle handle, MetadataIndex index) {
        handle.execute(MetadataSql.DROP_WHOLE.formatted(index.id()));
        handle.createQuery(MetadataSql.PARTS_LEFT)
                .bind("id", Long.toString(index.id()))
                .mapTo(String.class)
                .list()
                .forEach(part -> patiently(handle, "DROP INDEX CONCURRENTLY IF EXISTS " + part));
        handle.createUpdate(MetadataSql.GONE).bind("id", index.id()).execute();
    }
}
