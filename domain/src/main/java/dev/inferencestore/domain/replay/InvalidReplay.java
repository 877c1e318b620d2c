package dev.inferencestore.domain.replay;

import java.util.List;
import java.util.stream.Collectors;

/** A replay that breaks rules, with all of them. */
public final class InvalidReplay extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * A rule that is broken.
     *
     * @param field its path, as {@code source.paths[2]}; {@code spec} for all of it
     * @param rule a sentence to read after it
     */
    public record Rule(String field, String rule) {}

    private final transient List<Rule> rules;

    public InvalidReplay(List<Rule> rules) {
        super(rules.stream().map(broken -> broken.field() + " " + broken.rule()).collect(Collectors.joining("; ")));
        this.rules = List.copyOf(rules);
    }

    public List<Rule> rules() {
        return rules;
    }
}
