package dev.inferencestore.domain.options;

import java.util.List;

/** Settings that cannot be used, with every problem in one message. */
public final class InvalidSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public InvalidSettings(List<String> problems) {
        super(problems.size() + (problems.size() == 1 ? " problem" : " problems") + " with the options:\n  - "
                + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
