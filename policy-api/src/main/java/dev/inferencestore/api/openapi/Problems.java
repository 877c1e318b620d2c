package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.ProblemKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The errors of calls. A call lists as {@code x-problems} the kinds that only it knows of; the others follow from what it
 * takes. Written out, they are most of the description, and would be wrong with the next new kind.
 */
final class Problems {
    private static final String SELF = "x-problems";
    private static final String PARAMETERS = "parameters";

    private final ObjectNode document;

    Problems(ObjectNode document) {
        this.document = document;
    }

    /** Adds an answer for each status that the kinds of a call have. */
    void addTo(String path, ObjectNode call, Role role) {
        ObjectNode responses = call.withObjectProperty("responses");
        var byStatus = kinds(path, call, role).stream()
                .collect(Collectors.groupingBy(ProblemKind::status, TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, kinds) -> {
            if (!responses.has(status.toString())) {
                responses.putObject(status.toString()).put("$ref", "#/components/responses/" + shared(status, kinds));
            }
        });
        call.remove(SELF);
    }

    private Set<ProblemKind> kinds(String path, ObjectNode call, Role role) {
        Set<ProblemKind> kinds = EnumSet.of(ProblemKind.INTERNAL);
        if (path.startsWith("/api/")) {
            kinds.addAll(List.of(ProblemKind.UNREADABLE, ProblemKind.INVALID, ProblemKind.UNAVAILABLE));
        }
        if (role != Role.ANYONE) {
            kinds.addAll(List.of(ProblemKind.UNAUTHENTICATED, ProblemKind.FORBIDDEN, ProblemKind.TOO_MANY_CALLS));
        }
        if (call.has("requestBody")) {
            kinds.addAll(List.of(ProblemKind.TOO_LARGE, ProblemKind.UNSUPPORTED_MEDIA_TYPE));
        }
        if (takes(call, "if_match")) {
            kinds.add(ProblemKind.STALE_VERSION);
        }
        call.path(SELF).forEach(slug -> kinds.add(kind(slug.asText())));
        return kinds;
    }

    private static boolean takes(ObjectNode call, String parameter) {
        for (JsonNode taken : call.path(PARAMETERS)) {
            if (taken.path("$ref").asText().endsWith("/" + parameter)) {
                return true;
            }
        }
        return false;
    }

    private static ProblemKind kind(String slug) {
        return Arrays.stream(ProblemKind.values())
                .filter(kind -> kind.slug().equals(slug))
                .findAny()
                .orElseThrow(() -> new IllegalStateException("there is no problem " + slug));
    }

    /** The name of the answer for these kinds, which calls share. */
    private String shared(int status, List<ProblemKind> kinds) {
        String name = kinds.stream().map(ProblemKind::slug).collect(Collectors.joining("_or_"));
        ObjectNode answers = document.withObjectProperty("components").withObjectProperty("responses");
        if (!answers.has(name)) {
            answers.set(name, answer(status, kinds));
        }
        return name;
    }

    private ObjectNode answer(int status, List<ProblemKind> kinds) {
        ObjectNode answer = document.objectNode()
                .put(
                        "description",
                        kinds.stream()
                                .map(kind -> kind.title() + " (`" + kind.slug() + "`).")
                                .collect(Collectors.joining(" ")));
        if (status == ProblemKind.UNAVAILABLE.status() || status == ProblemKind.TOO_MANY_CALLS.status()) {
            answer.putObject("headers").putObject("Retry-After").put("$ref", "#/components/headers/Retry-After");
        }
        if (status == ProblemKind.UNAUTHENTICATED.status()) {
            answer.putObject("headers")
                    .putObject("WWW-Authenticate")
                    .put("$ref", "#/components/headers/WWW-Authenticate");
        }
        ObjectNode content = answer.putObject("content").putObject("application/problem+json");
        ObjectNode schema = content.putObject("schema").put("$ref", "#/components/schemas/Problem");
        ObjectNode properties = schema.putObject("properties");
        new TreeSet<>(kinds.stream().map(ProblemKind::type).toList())
                .forEach(properties.putObject("type").putArray("enum")::add);
        properties.putObject("status").put("const", status);
        example(content.putObject("example"), kinds.get(0));
        return answer;
    }

    private static void example(ObjectNode example, ProblemKind kind) {
        example.put("type", kind.type())
                .put("title", kind.title())
                .put("status", kind.status())
                .put("detail", "What is wrong with this call")
                .put("instance", "/api/v1/models")
                .put("request_id", "4f1c6f0e-8f7b-4a53-9b8e-2f5a0d1c7e11");
        if (kind == ProblemKind.INVALID) {
            example.put("detail", "limit must be from 1 to 1000");
            example.putArray("errors").addObject().put("field", "limit").put("rule", "must be from 1 to 1000");
        }
    }
}
