package dev.inferencestore.storage.refusal;

import java.util.List;

/** What was asked breaks rules that only what is stored can tell. */
public final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A rule that is broken.
     *
     * @param field as the caller knows it
     * @param rule a sentence to read after its name
     */
    public record Rule(String field, String rule) {}

    private final transient List<Rule> rules;

    /**
     * Names the field and the rule.
     *
     * @param field as the caller knows it
     * @param rule a sentence to read after its name
     */
    public Invalid(String field, String rule) {
        this(List.of(new Rule(field, rule)));
    }

    private Invalid(List<Rule> rules) {
        super(rules.get(0).field() + " " + rules.get(0).rule());
        this.rules = List.copyOf(rules);
    }

    /** Names every rule that is broken; there is at least one. */
    public static Invalid of(List<Rule> rules) {
        return new Invalid(rules);
    }

    public List<Rule> rules() {
        return rules;
    }
}
