package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Python client and what the guide shows, each against the whole store; skipped where this machine has no Python or no curl. */
@Timeout(300)
class SdkAndGuideTest {
    private static final Path SDK = Path.of("..", "sdk", "python");

    @TempDir
    static Path directory;

    private static LocalRun run;

    @BeforeAll
    static void start() throws Exception {
        run = LocalRun.start(directory.resolve("data"), FreePorts.base(), "--no-demo");
        run.ready();
    }

    @AfterAll
    static void stop() throws Exception {
        try (LocalRun ending = run) {
            ending.interrupt();
        }
    }

    @Test
    void thePythonClientDoesWhatItSays() throws Exception {
        requirePython();

        String unit = unittest("unit");
        String live = unittest("live");

        assertThat(unit).contains("OK");
        // Skipping all of them would be OK too.
        assertThat(live).contains("OK").doesNotContain("skipped");
    }

    @Test
    void theGuideInPythonPrintsWhatItShows() throws Exception {
        requirePython();
        Guide guide = Guide.in("python");
        Path program = Files.writeString(directory.resolve("guide.py"), guide.program("print('%s', flush=True)"));

        String output = Command.output(List.of("python3", program.toString()), directory, environment());

        assertAnswers(guide, output);
    }

    @Test
    void theGuideInShellPrintsWhatItShows() throws Exception {
        assumeTrue(Command.works("curl", "--version"), "skipped: no curl on the path");
        Guide guide = Guide.in("sh");
        Path program = Files.writeString(directory.resolve("guide.sh"), guide.program("echo '%s'"));
        Files.writeString(directory.resolve(".curlrc"), "silent\nshow-error\n");

        String output = Command.output(
                List.of("bash", "-e", "-u", "-o", "pipefail", program.toString()), directory, environment());

        assertAnswers(guide, output);
    }

    private static void assertAnswers(Guide guide, String output) {
        List<String> answers = Guide.answers(output);
        assertThat(guide.steps()).as("steps of the guide").hasSizeGreaterThan(5);
        assertThat(guide.steps()).as("answers that the guide shows").anyMatch(step -> !step.shown()
                .isEmpty());
        SoftAssertions.assertSoftly(all -> {
            for (int i = 0; i < guide.steps().size(); i++) {
                Guide.Step step = guide.steps().get(i);
                all.assertThat(step.matches(answers.get(i)))
                        .as("%s%nprinted%n%s%nand the guide shows%n%s", step.code(), answers.get(i), step.shown())
                        .isTrue();
            }
        });
    }

    private static String unittest(String tests) throws Exception {
        return Command.output(
                List.of("python3", "-m", "unittest", "discover", "-v", "-s", "tests/" + tests, "-t", "."),
                SDK,
                environment());
    }

    /** The client is imported from the wheel, so that what users get is what is tested. */
    private static Map<String, String> environment() throws Exception {
        String wheel = "";
        if (hasPython()) {
            wheel = Command.output(List.of("python3", "backend/build_wheel.py", directory.toString()), SDK, Map.of())
                    .strip();
        }
        return Map.of(
                "INFERENCE_STORE_URL",
                run.ready().get("api").textValue(),
                "PYTHONPATH",
                wheel,
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "CURL_HOME",
                directory.toString());
    }

    private static void requirePython() throws InterruptedException {
        assumeTrue(hasPython(), "skipped: no python3 of 3.9 or later on the path");
    }

    private static boolean hasPython() throws InterruptedException {
        return Command.works("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))");
    }
}
