package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end. */
final class Command {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private Command() {}

    /** Whether this machine has it, and it says yes. */
    static boolean works(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /**
     * What it says, errors included.
     *
     * @throws AssertionError with all that it said, where it fails or takes too long
     */
    static String output(List<String> command, Path directory, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile("command", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            // What a machine uses for the way out has no place between two programs on loopback.
            builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT)
                    .endsWith("_proxy"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String output = Files.readString(said);
            assertThat(ended)
                    .as("%s ended in time; it said:%n%s", command, output)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("exit code of %s; it said:%n%s", command, output)
                    .isZero();
            return output;
        } finally {
            Files.delete(said);
        }
    }
}
