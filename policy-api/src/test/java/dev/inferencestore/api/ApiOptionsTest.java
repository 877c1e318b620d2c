package dev.inferencestore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiOptionsTest {
    @Test
    void everyProblemIsInOneMessage() {
        String[] arguments = {"--http.port", "99999", "--postgres.url", "mysql://x", "--relay.enabled", "maybe"};

        assertThatThrownBy(() -> Settings.read(ApiOptions.ALL, arguments, Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("'http.port' must be from 0 to 65535")
                .hasMessageContaining("'postgres.url' must begin with jdbc:postgresql:")
                .hasMessageContaining("'postgres.user' is missing")
                .hasMessageContaining("'kafka.bootstrap-servers' is missing")
                .hasMessageContaining("'relay.enabled' must be true or false");
    }

    @Test
    void itDoesNotListenForOtherMachinesUnlessToldThatThisIsWanted() {
        assertThatThrownBy(() -> ApiOptions.check(host("0.0.0.0", "false")))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("no authentication")
                .hasMessageContaining("http.accept-unauthenticated");
        ApiOptions.check(host("0.0.0.0", "true"));
        ApiOptions.check(host("127.0.0.1", "false"));
        ApiOptions.check(host("::1", "false"));
    }

    @Test
    void thePasswordIsASecret() {
        assertThat(PostgresOptions.PASSWORD.secret()).isTrue();
        assertThat(PostgresOptions.PASSWORD.optional()).isTrue();
    }

    @Test
    void theAddressIsSaidToBeWrongTogetherWithEverythingElse() {
        assertThatThrownBy(() -> ApiOptions.read(new String[] {"--http.host", "0.0.0.0", "--http.port", "x"}, Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("'http.host' is reached from other machines")
                .hasMessageContaining("'http.port' is not a whole number")
                .hasMessageContaining("'postgres.url' is missing");
    }

    @Test
    void theTopicsAreTwo() {
        String[] arguments = {"--kafka.control-topic", "one", "--kafka.retention-events-topic", "one"};

        assertThatThrownBy(() -> ApiOptions.read(arguments, Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining(
                        "'kafka.retention-events-topic' must be another topic than 'kafka.control-topic'");
    }

    private static Settings host(String host, String accept) {
        String[] arguments = {
            "--http.host", host,
            "--http.accept-unauthenticated", accept,
            "--kafka.bootstrap-servers", "127.0.0.1:9092",
            "--postgres.url", "jdbc:postgresql://127.0.0.1/store",
            "--postgres.user", "store"
        };
        return Settings.read(ApiOptions.ALL, arguments, Map.of());
    }
}
