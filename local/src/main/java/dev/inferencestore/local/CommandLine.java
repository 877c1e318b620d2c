package dev.inferencestore.local;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the person who starts the local run typed. */
final class CommandLine {
    private static final String FLAG = "true or false";

    private CommandLine() {}

    static boolean asksForHelp(String[] arguments) {
        return Arrays.stream(arguments).anyMatch(argument -> argument.equals("--help") || argument.equals("-h"));
    }

    /**
     * Reads the arguments; a flag stands alone.
     *
     * @throws InvalidSettings with every problem in one message
     */
    static Settings read(String[] arguments) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            pairs.add(arguments[i]);
            boolean last = i + 1 == arguments.length;
            if (isFlag(arguments[i]) && (last || arguments[i + 1].startsWith("--"))) {
                pairs.add("true");
            } else if (arguments[i].startsWith("--") && !last) {
                pairs.add(arguments[++i]);
            }
        }
        return Settings.read(LocalOptions.ALL, pairs.toArray(String[]::new), Map.of());
    }

    static String help() {
        StringBuilder help = new StringBuilder("Runs the whole store on this machine: ./local/run [options]\n\n");
        for (Option<?> option : LocalOptions.ALL) {
            String value = option.kind().equals(FLAG) ? "" : " VALUE";
            String fallback =
                    option.fallback() == null || value.isEmpty() ? "" : " Default: " + option.fallback() + ".";
            help.append("  %-28s %s%s%n".formatted("--" + option.key() + value, option.description(), fallback));
        }
        help.append("\nPorts without --port-base: ")
                .append(Ports.standard().list())
                .append(".\n");
        help.append("Options of the job and the API are environment variables, as docs/options.md names them.\n");
        return help.toString();
    }

    private static boolean isFlag(String argument) {
        return LocalOptions.ALL.stream()
                .anyMatch(option -> option.kind().equals(FLAG) && argument.equals("--" + option.key()));
    }
}
