package dev.inferencestore.storage.refusal;

/** What was asked breaks a rule that only what is stored can tell. */
public final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String rule;

    /**
     * Names the field and the rule.
     *
     * @param field as the caller knows it
     * @param rule a sentence to read after its name
     */
    public Invalid(String field, String rule) {
        super(field + " " + rule);
        this.field = field;
        this.rule = rule;
    }

    public String field() {
        return field;
    }

    public String rule() {
        return rule;
    }
}
