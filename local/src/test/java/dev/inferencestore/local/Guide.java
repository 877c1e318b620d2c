package dev.inferencestore.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The code that docs/guide.md shows in one language, and what it shows below some of it as the answer. */
final class Guide {
    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final List<String> ANSWERS = List.of("json", "text");
    private static final String END = "---- the end of a step ----";

    private final List<Step> steps;

    private Guide(List<Step> steps) {
        this.steps = steps;
    }

    /**
     * A block of code.
     *
     * @param shown what it prints as the guide shows it, with … for what differs from time to time; empty where none is shown
     */
    record Step(String code, String shown) {
        /** Whether it printed what is shown; where nothing is shown, whether it printed no error of the API. */
        boolean matches(String printed) {
            if (shown.isEmpty()) {
                return !printed.contains("urn:inference-store:problem:");
            }
            String pattern = Arrays.stream(bare(shown).split("…", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*"));
            return Pattern.compile(pattern, Pattern.DOTALL)
                    .matcher(bare(printed))
                    .matches();
        }

        private static String bare(String text) {
            return text.replaceAll("\\s+", "");
        }
    }

    static Guide in(String language) throws IOException {
        List<Step> steps = new ArrayList<>();
        String before = "";
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "guide.md")));
        while (blocks.find()) {
            if (blocks.group(1).equals(language)) {
                steps.add(new Step(blocks.group(2), ""));
            } else if (ANSWERS.contains(blocks.group(1)) && before.equals(language)) {
                steps.set(steps.size() - 1, new Step(steps.get(steps.size() - 1).code(), blocks.group(2)));
            }
            before = blocks.group(1);
        }
        return new Guide(steps);
    }

    List<Step> steps() {
        return steps;
    }

    /** All steps as one program. */
    String program(String sayingTheEnd) {
        return steps.stream()
                .map(step -> step.code() + "\n" + sayingTheEnd.formatted(END) + "\n")
                .collect(Collectors.joining());
    }

    /** What each step printed. */
    static List<String> answers(String output) {
        return Arrays.asList(output.split(Pattern.quote(END)));
    }
}
