package dev.inferencestore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.api.replay.ReplayOptions;
import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApiOptionsTest {
    private static final String BOOTSTRAP = "0123456789abcdefghijklmnopqrstuvwxyz";

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
    void withoutAuthenticationItListensOnThisMachineOnly() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            assertThatThrownBy(() -> read(Map.of(), "--http.host", host))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageContaining("'http.host' is reached from other machines")
                    .hasMessageContaining("'auth.bootstrap-token'")
                    .hasMessageContaining("'auth.oidc.issuer'");
        }
        read(Map.of(), "--http.host", "127.0.0.1");
        read(Map.of(), "--http.host", "::1");
    }

    @Test
    void withAuthenticationItListensForAll() {
        read(Map.of("INFERENCE_STORE_AUTH_BOOTSTRAP_TOKEN", BOOTSTRAP), "--http.host", "0.0.0.0");
        read(Map.of(), "--http.host", "0.0.0.0", "--auth.required", "true");
        read(
                Map.of(),
                "--http.host",
                "0.0.0.0",
                "--auth.oidc.issuer",
                "https://id.example",
                "--auth.oidc.audience",
                "store");
    }

    @Test
    void startingAsksTheSame() {
        Settings open = Settings.read(ApiOptions.ALL, with("--http.host", "0.0.0.0"), Map.of());

        assertThatThrownBy(() -> PolicyApi.start(open)).isInstanceOf(InvalidSettings.class);
    }

    @Test
    void secretsAreNoArgumentsAndAreNotRepeated() {
        assertThatThrownBy(() ->
                        read(Map.of(), "--auth.bootstrap-token", BOOTSTRAP, "--postgres.password", "one-that-is-short"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("'auth.bootstrap-token' is a secret and may not be an argument")
                .hasMessageContaining("'postgres.password' is a secret and may not be an argument")
                .hasMessageContaining("INFERENCE_STORE_POSTGRES_PASSWORD")
                .message()
                .doesNotContain(BOOTSTRAP, "one-that-is-short");
    }

    @Test
    void aShortBootstrapTokenIsRefusedAndNotShown() {
        assertThatThrownBy(() -> read(Map.of("INFERENCE_STORE_AUTH_BOOTSTRAP_TOKEN", "hunter2")))
                .hasMessageContaining("'auth.bootstrap-token' must have 32 printable characters")
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void anIssuerIsHttpsAndHasAnAudience() {
        assertThatThrownBy(() -> read(Map.of(), "--auth.oidc.issuer", "http://id.example"))
                .hasMessageContaining("'auth.oidc.issuer' must be https");
        assertThatThrownBy(() -> read(Map.of(), "--auth.oidc.issuer", "https://id.example"))
                .hasMessageContaining("'auth.oidc.issuer' and 'auth.oidc.audience' go together");
        assertThatThrownBy(() -> read(Map.of(), "--auth.oidc.jwks-url", "https://id.example/keys"))
                .hasMessageContaining("'auth.oidc.jwks-url' is of no use without");
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

    @Test
    void aFlinkNeedsTheFileThatIsSubmittedThere() {
        assertThatThrownBy(() -> read(Map.of(), "--replay.flink-url", "http://127.0.0.1:8081"))
                .hasMessageContaining("'replay.flink-url' needs 'replay.jar'");
        assertThatThrownBy(() ->
                        read(Map.of(), "--replay.flink-url", "http://127.0.0.1:8081", "--replay.jar", "/not/there.jar"))
                .hasMessageContaining("'replay.jar' is no file that can be read");
        assertThatThrownBy(() -> read(Map.of(), "--replay.flink-url", "127.0.0.1:8081"))
                .hasMessageContaining("'replay.flink-url' must be http://host:port");
    }

    @Test
    void theArgumentsOfReplaysAreWordsInPairs() {
        Settings settings = read(Map.of(), "--replay.job-arguments", " --config \"/a b/c\"  --postgres.user u ");
        assertThat(settings.get(ReplayOptions.JOB_ARGUMENTS))
                .containsExactly("--config", "/a b/c", "--postgres.user", "u");
        for (String wrong : List.of("config x", "--config", "--config a b")) {
            assertThatThrownBy(() -> read(Map.of(), "--replay.job-arguments", wrong))
                    .hasMessageContaining("'replay.job-arguments' must be --key value");
        }
        assertThatThrownBy(() -> read(Map.of(), "--replay.job-arguments", "--replay.id x"))
                .hasMessageContaining("must not say '--replay.id'");
    }

    private static Settings read(Map<String, String> environment, String... more) {
        return ApiOptions.read(with(more), environment);
    }

    private static String[] with(String... more) {
        String[] base = {
            "--kafka.bootstrap-servers", "127.0.0.1:9092",
            "--postgres.url", "jdbc:postgresql://127.0.0.1/store",
            "--postgres.user", "store",
            "--s3.bucket", "inputs"
        };
        return Stream.of(base, more).flatMap(Stream::of).toArray(String[]::new);
    }
}
