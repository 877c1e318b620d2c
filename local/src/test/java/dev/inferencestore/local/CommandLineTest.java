package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    @Test
    void flagsStandAloneAndOthersTakeTheNextWord() {
        Settings settings = read("--no-demo", "--port-base", "9000", "--checkpoint-interval", "2s", "--no-job");

        assertThat(settings.get(LocalOptions.NO_DEMO)).isTrue();
        assertThat(settings.get(LocalOptions.NO_JOB)).isTrue();
        assertThat(settings.find(LocalOptions.PORT_BASE)).hasValue(9000);
        assertThat(settings.get(LocalOptions.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.get(LocalOptions.PARALLELISM)).isEqualTo(2);
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> read("--port-base", "80", "--parallelism", "many", "--demo", "no"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContainingAll("port-base", "parallelism", "'demo' is no option");
    }

    @Test
    void theHelpNamesEveryOption() {
        assertThat(LocalOptions.ALL).allSatisfy((Option<?> option) -> assertThat(CommandLine.help())
                .contains("--" + option.key())
                .contains(option.description()));
    }

    @Test
    void aPortInUseIsNamedWithItsServerAndWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> new Ports(port, port, port, port, port, port, port).requireFree(Duration.ZERO))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContainingAll(port + " (API)", port + " (Kafka)", "--port-base");
        }
    }

    private static Settings read(String... arguments) {
        return CommandLine.read(arguments);
    }

    @Test
    void whatAnEarlierRunLeftIsWaitedFor() throws Exception {
        ServerSocket left = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int port = left.getLocalPort();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                () -> new Ports(port, port, port, port, port, port, port).requireFree(Duration.ofSeconds(30)));
        left.close();

        assertThatCode(() -> waiting.get(20, TimeUnit.SECONDS)).doesNotThrowAnyException();
    }
}
