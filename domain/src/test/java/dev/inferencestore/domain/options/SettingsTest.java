package dev.inferencestore.domain.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final Option<String> URL = Option.text("postgres.url", "Where the database is.");
    private static final Option<Duration> WAIT =
            Option.duration("flush.age", Duration.ofMillis(1), "How long.").or("10s");
    private static final Option<Long> SIZE =
            Option.bytes("flush.size", 1024, 1L << 30, "How much.").or("8 MiB");
    private static final Option<Integer> COUNT =
            Option.integer("flush.count", 1, 10, "How many.").or("5");
    private static final Option<String> PASSWORD =
            Option.text("postgres.password", "The password.").optionally().asSecret();
    private static final List<Option<?>> ALL = List.of(URL, WAIT, SIZE, COUNT, PASSWORD);

    @TempDir
    Path folder;

    @Test
    void laterSourcesWin() throws Exception {
        Path config = folder.resolve("c.properties");
        Files.writeString(config, "postgres.url=from-file\nflush.age=1s\nflush.count=2\n");

        Settings settings = Settings.read(
                ALL,
                new String[] {"--config", config.toString(), "--flush.age", "3min"},
                Map.of("INFERENCE_STORE_FLUSH_AGE", "2s", "INFERENCE_STORE_FLUSH_COUNT", "3", "OTHER", "x"));

        assertThat(settings.get(URL)).isEqualTo("from-file");
        assertThat(settings.get(WAIT)).isEqualTo(Duration.ofMinutes(3));
        assertThat(settings.get(COUNT)).isEqualTo(3);
        assertThat(settings.get(SIZE)).isEqualTo(8L << 20);
        assertThat(settings.find(PASSWORD)).isEmpty();
    }

    @Test
    void everyProblemIsSaidAtOnceAndNoSecretIsShown() {
        assertThatThrownBy(() -> Settings.read(
                        ALL,
                        new String[] {
                            "--flush.age", "10", "--flush.count", "11", "--flush.size", "2 TiB", "--url", "x", "stray"
                        },
                        Map.of("INFERENCE_STORE_POSTGRES_PASSWORD", "  ")))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("7 problems")
                .hasMessageContaining("'flush.age' is not a duration with a unit")
                .hasMessageContaining("'flush.count' must be from 1 to 10 (it is '11')")
                .hasMessageContaining("'flush.size' is not a size")
                .hasMessageContaining("'url' is no option; do you mean 'postgres.url'?")
                .hasMessageContaining("'postgres.url' is missing")
                .hasMessageContaining("'stray' is not of the form --key value")
                .hasMessageContaining("'postgres.password' must not be empty\n".strip());
    }

    @Test
    void aSecretCanBeInAFile() throws Exception {
        Path secret = folder.resolve("password");
        Files.writeString(secret, "s3cret\n");

        Settings settings = Settings.read(
                ALL,
                new String[] {"--postgres.url", "u"},
                Map.of("INFERENCE_STORE_POSTGRES_PASSWORD_FILE", secret.toString()));

        assertThat(settings.find(PASSWORD)).contains("s3cret");
    }

    @Test
    void quantitiesReadAsTheyAreWritten() {
        for (String text : List.of("500ms", "10s", "5min", "2h", "7d")) {
            assertThat(Quantities.text(Quantities.duration(text))).isEqualTo(text);
        }
        for (String text : List.of("1 B", "64 KiB", "8 MiB", "1 GiB")) {
            assertThat(Quantities.bytesText(Quantities.bytes(text))).isEqualTo(text);
        }
    }
}
