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

/**
 * {@code /healthz}: the process runs. {@code /readyz}: what it needs answers, each named. Anyone may ask, so what takes a
 * connection is asked at most once a second, and what drivers say of a failure is for the log.
 */
public final class HealthCalls {
    private static final Logger LOG = LoggerFactory.getLogger(HealthCalls.class);
    private static final int PATIENCE_SECONDS = 2;
    private static final Check UNKNOWN = new Check(false, "could not be asked; the log says why");

    /** One thing that is needed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Check(boolean ok, @Nullable String detail) {}

    private record Readiness(boolean ready, Map<String, Check> checks) {}

    private final Cached<Check> database;
    private final List<Relay> relays;
    private final Cached<Check> kafka;
    private final BooleanSupplier stopping;

    /**
     * Looks at nothing yet.
     *
     * @param stopping whether the process ends as soon as the calls at hand are answered
     */
    public HealthCalls(DataSource database, List<Relay> relays, KafkaProbe kafka, BooleanSupplier stopping) {
        this.database = new Cached<>(Cached.MOMENT, () -> check(database), System::nanoTime);
        this.relays = List.copyOf(relays);
        this.kafka = new Cached<>(Cached.MOMENT, () -> check(kafka), System::nanoTime);
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
        checks.put("database", database.get().orElse(UNKNOWN));
        checks.put("kafka", kafka.get().orElse(UNKNOWN));
        relays.forEach(relay -> checks.put(relay.name() + "_relay", check(relay)));
        boolean ready = checks.values().stream().allMatch(Check::ok);
        Json.answer(call, ready ? 200 : 503, new Readiness(ready, checks));
    }

    private static Check check(Relay relay) {
        String state = relay.state().name().toLowerCase(Locale.ROOT);
        return relay.problem() == null ? new Check(true, state) : new Check(false, state + ": the log says why");
    }

    private static Check check(KafkaProbe kafka) {
        String problem = kafka.problem();
        if (problem == null) {
            return new Check(true, null);
        }
        LOG.warn("Kafka does not answer: {}", problem);
        return new Check(false, "does not answer; the log says why");
    }

    private static Check check(DataSource database) {
        try (Connection connection = database.getConnection()) {
            if (!connection.isValid(PATIENCE_SECONDS)) {
                return new Check(false, "does not answer within " + PATIENCE_SECONDS + " s");
            }
            String wrong = Schema.problem(connection, PATIENCE_SECONDS);
            return new Check(wrong == null, wrong);
        } catch (SQLException failure) {
            LOG.warn("the database does not answer: {}", failure.toString());
            return new Check(false, "does not answer; the log says why");
        }
    }
}
