package dev.inferencestore.local;

import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.replay.ReplayOptions;
import java.util.List;

/** {@code docs/options.md}, written from the options themselves. */
final class OptionsPage {
    private static final String HEAD = """
            # Options

            Written by the build from the options themselves; to refresh it after a change:
            `mvn -pl local -am test -Dtest=OptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Doptions.write=true`.

            The job and the API read, later ones winning: defaults, a file of `key=value` lines (`--config FILE`), environment
            variables, and arguments (`--key value`). A secret can also stand in a file of its own: `<key>.file`, or the variable
            with `_FILE`; the API takes none as an argument, since other users of a machine see those. All options are checked before anything starts, and every problem is said at once; a key that is not
            listed here is one.
            """;

    private static final String LOCAL = """
            Arguments of `./local/run` only; a flag stands alone, as `--no-demo`. [The local run](local-run.md) says more.
            """;

    private OptionsPage() {}

    static String written() {
        return HEAD
                + section("The job", JobOptions.ALL, "")
                + section("Replays that are started on the command line", ReplayOptions.ALL, "")
                + section("The API", ApiOptions.ALL, "")
                + section("The local run", LocalOptions.ALL, LOCAL);
    }

    private static String section(String title, List<Option<?>> options, String note) {
        boolean variables = note.isEmpty();
        StringBuilder page = new StringBuilder("\n## " + title + "\n\n");
        if (!variables) {
            page.append(note).append('\n');
        }
        page.append(
                variables
                        ? "| key | value | default | what it is | variable |\n|---|---|---|---|---|\n"
                        : "| argument | value | default | what it is |\n|---|---|---|---|\n");
        for (Option<?> option : options) {
            page.append("| `%s%s` | %s | %s | %s |"
                    .formatted(
                            variables ? "" : "--",
                            option.key(),
                            option.kind() + (option.secret() ? " (secret)" : ""),
                            fallback(option),
                            option.description()));
            page.append(variables ? " `" + option.variable() + "` |\n" : "\n");
        }
        return page.toString();
    }

    private static String fallback(Option<?> option) {
        if (option.fallback() != null) {
            return "`" + option.fallback() + "`";
        }
        return option.optional() ? "may be left out" : "**must be given**";
    }
}
