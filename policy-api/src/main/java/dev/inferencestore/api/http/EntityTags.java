package dev.inferencestore.api.http;

import dev.inferencestore.storage.registration.Precondition;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of what can be changed as its entity tag, and what If-Match and If-None-Match ask of it. */
public final class EntityTags {
    private static final Pattern LIST = Pattern.compile("\\s*\"[^\"]*\"\\s*(,\\s*\"[^\"]*\"\\s*)*");
    private static final Pattern TAG = Pattern.compile("\"([^\"]*)\"");

    private EntityTags() {}

    public static void answer(Context call, long version) {
        call.header("ETag", "\"" + version + "\"");
    }

    /**
     * What the caller expects to find.
     *
     * @throws ProblemException 400 where a header is not of the form of the standard
     */
    public static Precondition precondition(Context call) {
        String match = all(call, "If-Match");
        String noneMatch = all(call, "If-None-Match");
        if (match != null && noneMatch != null) {
            throw ProblemException.of(ProblemKind.UNREADABLE, "send If-Match or If-None-Match, not both");
        }
        if (noneMatch != null) {
            if (!noneMatch.strip().equals("*")) {
                throw ProblemException.of(ProblemKind.UNREADABLE, "If-None-Match must be * here");
            }
            return Precondition.absent();
        }
        return match == null ? Precondition.none() : matching(match);
    }

    /** A header that is sent twice is one list. */
    private static @Nullable String all(Context call, String header) {
        List<String> lines = Collections.list(call.req().getHeaders(header));
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    private static Precondition matching(String match) {
        if (match.strip().equals("*")) {
            return Precondition.exists();
        }
        if (!LIST.matcher(match).matches()) {
            throw ProblemException.of(
                    ProblemKind.UNREADABLE,
                    "If-Match must be * or tags in double quotes, as an ETag header gives them");
        }
        Set<Long> versions = new HashSet<>();
        Matcher tags = TAG.matcher(match);
        while (tags.find()) {
            Long version = version(tags.group(1));
            if (version != null) {
                versions.add(version);
            }
        }
        return Precondition.versionIn(versions);
    }

    private static @Nullable Long version(String tag) {
        return tag.matches("\\d{1,18}") ? Long.valueOf(tag) : null;
    }
}
