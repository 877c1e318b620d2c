package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is logged of calls with tokens, good and bad, no token is in it. */
class SecretsInLogsTest {
    @TempDir
    Path directory;

    @Test
    void noTokenIsEverLogged() throws IOException {
        Path log = directory.resolve("api.log");
        Path config = directory.resolve("log4j2.properties");
        Files.writeString(config, """
                appender.file.type = File
                appender.file.name = file
                appender.file.fileName = %s
                appender.file.layout.type = PatternLayout
                appender.file.layout.pattern = %%p %%c %%m %%throwable%%n
                rootLogger.level = info
                rootLogger.appenderRef.file.ref = file
                logger.own.name = dev.inferencestore
                logger.own.level = trace
                """.formatted(log));
        LoggerContext.getContext(false).setConfigLocation(config.toUri());
        try (TestIssuer issuer = new TestIssuer();
                GuardedApi api = new GuardedApi(
                        "--auth.oidc.issuer", issuer.url(), "--auth.oidc.audience", TestIssuer.AUDIENCE)) {
            String token = api.token("logged", "shop", Role.ADMIN);
            String user = issuer.token(issuer.claims("alice", Instant.now()));
            String expired =
                    issuer.token(issuer.claims("alice", Instant.now()).expirationTime(Date.from(Instant.EPOCH)));
            String unknown = TokenText.random();
            List<String> secrets = List.of(GuardedApi.BOOTSTRAP, token, user, expired, unknown);
            for (String secret : secrets) {
                callAll(api.anyone.as(secret));
            }
            issuer.answersWith(500);
            issuer.rotate();
            callAll(api.anyone.as(issuer.token(issuer.claims("alice", Instant.now()))));

            String logged = Files.readString(log);
            assertThat(logged).isNotEmpty();
            for (String secret : secrets) {
                assertThat(logged).doesNotContain(secret, secret.substring(secret.length() - 20));
            }
        } finally {
            LoggerContext.getContext(false).setConfigLocation(null);
        }
    }

    private static void callAll(Client caller) {
        caller.get("/api/v1/models");
        caller.get("/api/v1/models/x");
        caller.put("/api/v1/models/x", "{");
        caller.get("/nowhere");
    }
}
