package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.http.TextRule;
import java.util.Optional;
import java.util.regex.Pattern;

/** What can be the name of a topic of Kafka. */
final class TopicNames {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    static final TextRule RULE =
            text -> isValid(text) ? Optional.empty() : Optional.of("must be 1 to 249 of A-Z a-z 0-9 . _ -");

    private TopicNames() {}

    static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }
}
