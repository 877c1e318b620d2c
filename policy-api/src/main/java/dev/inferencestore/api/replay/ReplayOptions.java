package dev.inferencestore.api.replay;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What can be set about replays. */
public final class ReplayOptions {
    /** Before the options, whose defaults are read with it. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");

    public static final Option<URI> FLINK_URL = new Option<>(
            "replay.flink-url",
            "http://host:port, or https",
            ReplayOptions::url,
            null,
            true,
            false,
            "REST API of the Flink cluster that replays are submitted to; left out, they are started on the command line.");

    public static final Option<String> JAR = Option.text(
                    "replay.jar", "File of the job, as it is submitted; uploaded to Flink once for each version of it.")
            .optionally();

    public static final Option<List<String>> JOB_ARGUMENTS = new Option<>(
            "replay.job-arguments",
            "--key value, several separated by blanks",
            ReplayOptions::arguments,
            "",
            false,
            false,
            "Options of the job that replays are submitted with. No secrets: those come from the cluster's environment.");

    public static final Option<Integer> MOST_RUNNING = Option.integer(
                    "replay.max-running", 1, 1000, "How many replays run at once; others wait.")
            .or("2");

    public static final Option<Duration> RETENTION = Option.duration(
                    "replay.retention", Duration.ofHours(1), "For how long a replay that has ended is known.")
            .or("90d");

    public static final Option<List<String>> OPEN_PATHS = new Option<>(
            "replay.open-paths",
            "prefixes of file:/// and s3:// paths, separated by commas",
            ReplayOptions::list,
            "",
            false,
            false,
            "Files that a writer may replay: these, and all below them by whole names; {project_id} stands for the model's project. Others are for an admin of everything.");

    public static final Option<List<String>> OPEN_TOPICS = new Option<>(
            "replay.open-topics",
            "names separated by commas",
            ReplayOptions::list,
            "",
            false,
            false,
            "Topics that a writer may replay, and re-emit to, beside the inferences topic and those of the model's sources. Others"
                    + " are for an admin of everything.");

    public static final List<Option<?>> ALL =
            List.of(FLINK_URL, JAR, JOB_ARGUMENTS, MOST_RUNNING, RETENTION, OPEN_PATHS, OPEN_TOPICS);

    private ReplayOptions() {}

    /** Checks what they must fulfil together. */
    public static void together(Settings settings, List<String> problems) {
        boolean flink = settings.find(FLINK_URL).isPresent();
        String jar = settings.find(JAR).orElse(null);
        if (flink && jar == null) {
            problems.add("'" + FLINK_URL.key() + "' needs '" + JAR.key() + "', the file that is submitted there");
        }
        if (flink && jar != null && !Files.isReadable(Path.of(jar))) {
            problems.add("'" + JAR.key() + "' is no file that can be read (it is '" + jar + "')");
        }
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text.strip().replaceAll("/+$", ""));
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (web && url.getHost() != null && url.getQuery() == null && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException notAnAddress) {
            // Said below, as of what has another form.
        }
        throw new IllegalArgumentException("must be http://host:port, or https");
    }

    private static List<String> arguments(String text) {
        List<String> words = WORD.matcher(text)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toList();
        for (int i = 0; i < words.size(); i += 2) {
            if (!words.get(i).startsWith("--") || i + 1 == words.size()) {
                throw new IllegalArgumentException(
                        "must be --key value, several separated by blanks; a value with blanks stands in double quotes");
            }
            if (words.get(i).startsWith("--replay.")) {
                throw new IllegalArgumentException("must not say '" + words.get(i) + "': each replay says it itself");
            }
        }
        return words;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
