package dev.inferencestore.api.http;

import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.domain.wire.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a text must be. */
@FunctionalInterface
public interface TextRule {
    /** The form of ids. */
    TextRule ID = text -> ModelIds.isValid(text) ? Optional.empty() : Optional.of("must be " + ModelIds.RULE);

    /** The usual form of a UUID, and no other. */
    TextRule UUID = text -> text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
            ? Optional.empty()
            : Optional.of("must be a UUID, as 0f8fad5b-d9cb-469f-a165-70867728950e");

    /** What an id of an inference can be: whatever a sender made up, as far as it can be stored. */
    TextRule INFERENCE_ID = storable(Limits.INFERENCE_ID);

    /** The rule that the text breaks. */
    Optional<String> broken(String text);

    /** Text for people and senders: not empty, bounded, and nothing that a database or a terminal trips over. */
    static TextRule printable(int most) {
        String rule = "must be 1 to " + most + " characters, none of them a control character";
        return text -> isPrintable(text, most) ? Optional.empty() : Optional.of(rule);
    }

    /** Whatever text a database takes, of 1 to so many bytes. */
    static TextRule storable(int most) {
        String rule = "must be 1 to " + most + " bytes of UTF-8 without a zero byte";
        return text -> {
            boolean holds = !text.isEmpty()
                    && text.length() <= most
                    && isStorable(text)
                    && text.getBytes(StandardCharsets.UTF_8).length <= most;
            return holds ? Optional.empty() : Optional.of(rule);
        };
    }

    /** No zero character and no half of a surrogate pair, which UTF-8 has not. */
    static boolean isStorable(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    private static boolean isPrintable(String text, int most) {
        return !text.isBlank()
                && text.codePointCount(0, text.length()) <= most
                && text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
