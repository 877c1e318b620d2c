package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCommandTest {
    @Test
    void aShellReadsWhatWasMeant() throws Exception {
        ReplaySpec spec = ReplaySpecCodec.decode("""
                {"kind":"replay","source":{"kind":"files","format":"own","paths":["file:///it's;$HOME/(x)/"]}}""");

        List<String> words = words(RunCommand.of(spec, List.of("--config", "/a b/c.properties")));

        assertThat(words)
                .containsExactly(
                        "run",
                        "-c",
                        "dev.inferencestore.job.replay.ReplayJob",
                        "inference-store-job.jar",
                        "--replay.spec",
                        ReplaySpecCodec.encode(spec),
                        "--config",
                        "/a b/c.properties");
    }

    @Test
    void aReEmissionIsAnotherMainClass() {
        ReplaySpec spec = ReplaySpecCodec.decode("{\"kind\":\"re_emit\",\"model_id\":\"m\",\"topic\":\"t\"}");

        assertThat(RunCommand.of(spec, List.of()))
                .startsWith("flink run -c dev.inferencestore.job.replay.ReEmitJob ")
                .endsWith("and the job's options, or their environment variables");
    }

    /** What a program called flink is handed. */
    private static List<String> words(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "flink() { printf '%s\\n' \"$@\"; }; " + command).start();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return out.lines().toList();
    }
}
