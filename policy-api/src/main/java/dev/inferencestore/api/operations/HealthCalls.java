package dev.inferencestore.api.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.relay.KafkaProbe;
import dev.inferencestore.api.relay.Relay;
import dev.inferencestore.storage.schema.Schema;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /healthz}: the process runs. {@code /readyz}: what it needs answers, each named. */
public final class HealthCalls {
    private static final Logger LOG = LoggerFactory.getLogger(HealthCalls.class);
    private static final int PATIENCE_SECONDS = 2;
    private static final long KEPT_NANOS = 500_000_000;

    /** One thing that is needed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Check(boolean ok, @Nullable String detail) {}

    private record Readiness(boolean ready, Map<String, Check> checks) {}

    private final DataSource database;
    private final List<Relay> relays;
    private final KafkaProbe kafka;
    private final BooleanSupplier stopping;
    private @Nullable Check looked;
    private long lookedAt;

    /**
     * Looks at nothing yet.
     *
     * @param stopping whether the process ends as soon as the calls at hand are answered
     */
    public HealthCalls(DataSource database, List<Relay> relays, KafkaProbe kafka, BooleanSupplier stopping) {
        this.database = database;
        this.relays = List.copyOf(relays);
        this.kafka = kafka;
        this.stopping = stopping;
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/healthz", call -> Json.answer(call, 200, Map.of("alive", true)), Role.ANYONE);
        routes.get("/readyz", this::ready, Role.ANYONE);
    }

    private void ready(Context call) {
        Map<String, Check> checks = new LinkedHashMap<>();
        if (stopping.getAsBoolean()) {
            checks.put("process", new Check(false, "is stopping"));
            Json.answer(call, 503, new Readiness(false, checks));
            return;
        }
        checks.put("database", database());
        String problem = kafka.problem();
        checks.put("kafka", new Check(problem == null, problem));
        relays.forEach(relay -> checks.put(relay.name() + "_relay", check(relay)));
        boolean ready = checks.values().stream().allMatch(Check::ok);
        Json.answer(call, ready ? 200 : 503, new Readiness(ready, checks));
    }

    private static Check check(Relay relay) {
        String state = relay.state().name().toLowerCase(Locale.ROOT);
        String problem = relay.problem();
        return new Check(problem == null, problem == null ? state : state + ": " + problem);
    }

    /** However many ask, and anybody may, it takes one connection, and that not all the time. */
    private synchronized Check database() {
        long now = System.nanoTime();
        if (looked == null || now - lookedAt >= KEPT_NANOS) {
            looked = lookAtDatabase();
            lookedAt = now;
        }
        return looked;
    }

    private Check lookAtDatabase() {
        try (Connection connection = database.getConnection()) {
            if (!connection.isValid(PATIENCE_SECONDS)) {
                return new Check(false, "does not answer within " + PATIENCE_SECONDS + " s");
            }
            String wrong = Schema.problem(connection, PATIENCE_SECONDS);
            return new Check(wrong == null, wrong);
        } catch (SQLException failure) {
            // What the driver says may name users and hosts, and anybody may ask.
            LOG.warn("the database cannot be reached: {}", failure.toString());
            return new Check(false, "cannot be reached; the log says why");
        }
    }
}
