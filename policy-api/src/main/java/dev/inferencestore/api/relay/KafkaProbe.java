package dev.inferencestore.api.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/** Asks whether the relay's Kafka answers. */
public final class KafkaProbe implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 2_000;

    private final Admin admin;

    private KafkaProbe(Admin admin) {
        this.admin = admin;
    }

    public static KafkaProbe of(RelaySettings settings) {
        return new KafkaProbe(Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "inference-store-probe",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS)));
    }

    /** Why it does not answer; null when it does. */
    public @Nullable String problem() {
        try {
            admin.describeCluster().clusterId().get(PATIENCE_MILLIS + 500, TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException failure) {
            return String.valueOf(failure.getCause());
        } catch (TimeoutException late) {
            return "does not answer within " + PATIENCE_MILLIS + " ms";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "was not asked: interrupted";
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
