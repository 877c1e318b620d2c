package dev.inferencestore.api.access;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.HeldRole;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.stream.Collectors;

/** The names in calls about access, and their rules. */
final class AccessNames {
    /** A project, or all of them. */
    static final TextRule PROJECT = text -> text.equals(HeldRole.EVERY_PROJECT)
            ? Optional.empty()
            : TextRule.ID.broken(text).map(rule -> rule + ", or * for every project");

    static final TextRule ROLE = text -> Role.ofText(text).isPresent()
            ? Optional.empty()
            : Optional.of("must be one of "
                    + Role.grantable().stream().map(Role::text).collect(Collectors.joining(", ")));

    private static final TextRule WHO = TextRule.printable(200);

    /** Somebody whom a grant is for. */
    static final TextRule PRINCIPAL = text -> {
        int colon = text.indexOf(':');
        String kind = text.substring(0, Math.max(0, colon));
        boolean holds = (kind.equals("user") || kind.equals("group"))
                && WHO.broken(text.substring(colon + 1)).isEmpty();
        return holds
                ? Optional.empty()
                : Optional.of("must be user:<name> or group:<name>, the name of 1 to 200 characters");
    };

    private AccessNames() {}

    /** A name in the path; the fields keep what is wrong with it. */
    static String inPath(Context call, String name, TextRule rule, Fields fields) {
        String text = call.pathParam(name);
        rule.broken(text).ifPresent(broken -> fields.error(name, broken));
        return text;
    }
}
