package dev.inferencestore.domain.options;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Values of a set of {@link Option}s, all of them read and checked before anything starts.
 *
 * <p>Later sources win: defaults, then {@code --config FILE} (Java properties), then environment variables, then
 * {@code --key value} arguments. A secret can also be given as {@code <key>.file}, the path of a file that holds it.
 */
public final class Settings implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String CONFIG = "config";

    /** Texts, numbers and durations: a job hands its settings to its tasks. */
    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Reads all options.
     *
     * @throws InvalidSettings with every problem at once: unknown keys, values that break a rule, missing values
     */
    public static Settings read(Collection<Option<?>> options, String[] arguments, Map<String, String> environment) {
        return read(options, arguments, environment, (settings, problems) -> {});
    }

    /** What several options must fulfil together; looks with {@link #find}, since some may be missing. */
    public interface Rule {
        /** Adds a sentence for each thing that is wrong. */
        void check(Settings settings, List<String> problems);
    }

    /**
     * Reads all options and checks what they must fulfil together.
     *
     * @throws InvalidSettings with every problem at once, those of the rule among them
     */
    public static Settings read(
            Collection<Option<?>> options, String[] arguments, Map<String, String> environment, Rule rule) {
        List<String> problems = new ArrayList<>();
        Map<String, Option<?>> known = new LinkedHashMap<>();
        options.forEach(option -> known.put(option.key(), option));
        Map<String, String> given = given(known, arguments, environment, problems);
        Map<String, Object> values = new HashMap<>();
        for (Option<?> option : known.values()) {
            read(option, given, problems).ifPresent(value -> values.put(option.key(), value));
        }
        Settings settings = new Settings(values);
        rule.check(settings, problems);
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
        return settings;
    }

    /** The value of an option that is given or has a default. */
    @SuppressWarnings("unchecked") // read() stores what the option's own reader returned
    public <T> T get(Option<T> option) {
        Object value = values.get(option.key());
        if (value == null) {
            throw new IllegalArgumentException("'" + option.key() + "' has no value and no default");
        }
        return (T) value;
    }

    /** The value of an option that may be left out. */
    @SuppressWarnings("unchecked") // as in get
    public <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable((T) values.get(option.key()));
    }

    private static Map<String, String> given(
            Map<String, Option<?>> known, String[] arguments, Map<String, String> environment, List<String> problems) {
        Map<String, String> fromArguments = arguments(arguments, problems);
        Map<String, String> given = new LinkedHashMap<>();
        String config = fromArguments.remove(CONFIG);
        if (config != null) {
            given.putAll(file(Path.of(config), problems));
        }
        for (Option<?> option : known.values()) {
            String variable = environment.get(option.variable());
            if (variable != null) {
                given.put(option.key(), variable);
            }
            String file = environment.get(option.variable() + "_FILE");
            if (option.secret() && file != null) {
                given.put(option.key() + ".file", file);
            }
        }
        given.putAll(fromArguments);
        given.keySet().stream()
                .filter(key -> !known.containsKey(key) && !isSecretFile(key, known))
                .forEach(key -> problems.add("'" + key + "' is no option" + suggestion(key, known.keySet())));
        return given;
    }

    private static boolean isSecretFile(String key, Map<String, Option<?>> known) {
        Option<?> option = key.endsWith(".file") ? known.get(key.substring(0, key.length() - ".file".length())) : null;
        return option != null && option.secret();
    }

    private static Map<String, String> arguments(String[] arguments, List<String> problems) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                problems.add("'" + arguments[i] + "' is not of the form --key value");
            } else if (i + 1 == arguments.length) {
                problems.add("'" + arguments[i] + "' has no value: write --key value");
            } else {
                given.put(arguments[i].substring(2), arguments[++i]);
            }
        }
        return given;
    }

    private static Map<String, String> file(Path path, List<String> problems) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            problems.add("'" + CONFIG + "' names a file that cannot be read: " + unreadable);
        }
        Map<String, String> given = new LinkedHashMap<>();
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> given.put(name, properties.getProperty(name)));
        return given;
    }

    private static Optional<Object> read(Option<?> option, Map<String, String> given, List<String> problems) {
        String text = given.get(option.key());
        String secretFile = given.get(option.key() + ".file");
        if (text == null && option.secret() && secretFile != null) {
            try {
                text = Files.readString(Path.of(secretFile)).strip();
            } catch (IOException unreadable) {
                problems.add("'" + option.key() + ".file' names a file that cannot be read: " + unreadable);
                return Optional.empty();
            }
        }
        if (text == null) {
            text = option.fallback();
        }
        if (text == null) {
            if (!option.optional()) {
                problems.add("'" + option.key() + "' is missing (" + option.kind() + "): " + option.description());
            }
            return Optional.empty();
        }
        try {
            return Optional.of(option.reader().apply(text));
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            String shown = option.secret() ? "" : " (it is '" + text + "')";
            problems.add("'" + option.key() + "' " + wrong.getMessage() + shown);
            return Optional.empty();
        }
    }

    private static String suggestion(String key, Collection<String> known) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        return known.stream()
                .filter(name -> Arrays.asList(name.split("\\.")).contains(last)
                        || name.replace("-", "").equals(key))
                .findFirst()
                .map(name -> "; do you mean '" + name + "'?")
                .orElse("");
    }
}
