package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.inferencestore.api.openapi.Document.Operation;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Whether what calls answer is what the description says: no status, content type, header or field that it does not have.
 * It lets programs meet new fields, so that the API can grow; here they are refused.
 */
public final class Described {
    private static final Set<String> HEADERS = Set.of("etag", "location", "retry-after");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Document document;
    private final JsonNode closed;
    private final SchemaRegistry schemas = SchemaRegistry.withDialect(Dialects.getDraft202012());
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    public Described(Document document) {
        this.document = document;
        closed = document.json().path("components").path("schemas").deepCopy();
        closed.forEach(schema -> close(schema, false));
    }

    /**
     * Compares.
     *
     * @param path with or without a query
     * @param body as it was sent
     * @throws AssertionError that says where the answer and the description differ
     */
    public void check(String method, String path, String body, HttpResponse<String> answer) {
        check(method, path, body, Received.of(answer));
    }

    void check(String method, String path, String body, Received answer) {
        String bare = path.split("\\?", 2)[0];
        if (method.equals("HEAD") || method.equals("OPTIONS")) {
            return;
        }
        Optional<Operation> found = document.find(method, bare);
        if (found.isEmpty()) {
            checkUnknown(method + " " + bare, answer);
            return;
        }
        Operation call = found.get();
        String status = Integer.toString(answer.status());
        JsonNode described = document.resolve(call.json().path("responses").path(status));
        if (described.isMissingNode()) {
            throw different(call, answer, "the status is not described");
        }
        checkHeaders(call, described, answer);
        String type = answer.type();
        JsonNode content =
                described.path("content").path(described.path("content").has("*/*") ? "*/*" : type);
        if (content.isMissingNode()
                && (described.has("content") || !answer.body().isEmpty())) {
            throw different(call, answer, "the content type '" + type + "' is not described");
        }
        if (type.endsWith("json")
                && content.path("schema").path("contentMediaType").isMissingNode()) {
            List<String> errors = errors(call + status + type, content.path("schema"), answer.body());
            if (!errors.isEmpty()) {
                throw different(call, answer, String.join("\n  ", errors));
            }
        }
        checkTaken(call, body, answer);
    }

    /** Of what is taken, the description must say that it may be sent. */
    private void checkTaken(Operation call, String body, Received answer) {
        JsonNode content = document.resolve(call.json().path("requestBody"))
                .path("content")
                .path("application/json")
                .path("schema");
        if (answer.status() < 300 && !body.isEmpty() && !content.isMissingNode()) {
            List<String> errors = errors(call + " body", content, body);
            if (!errors.isEmpty()) {
                throw different(call, answer, "it took " + body + "\n  " + String.join("\n  ", errors));
            }
        }
    }

    private static void checkUnknown(String call, Received answer) {
        String type = answer.type();
        if (!Set.of(400, 404, 405).contains(answer.status()) || !type.equals("application/problem+json")) {
            throw new AssertionError("no call " + call + " is described, and it answered " + answer.status() + " "
                    + type + ": " + answer.body());
        }
    }

    private void checkHeaders(Operation call, JsonNode described, Received answer) {
        JsonNode headers = described.path("headers");
        headers.properties().forEach(header -> {
            if (document.resolve(header.getValue()).path("required").asBoolean()
                    && answer.header(header.getKey()).isEmpty()) {
                throw different(call, answer, "the header " + header.getKey() + " is missing");
            }
        });
        answer.headers().keySet().stream()
                .filter(name -> HEADERS.contains(name) && !has(headers, name))
                .findAny()
                .ifPresent(name -> {
                    throw different(call, answer, "the header " + name + " is not described");
                });
    }

    private static boolean has(JsonNode headers, String name) {
        return headers.properties().stream().anyMatch(header -> header.getKey().equalsIgnoreCase(name));
    }

    /** What is wrong with JSON by a schema of the description, closed. */
    List<String> errors(String name, JsonNode schema, String json) {
        Schema check = compiled.computeIfAbsent(name, unused -> {
            ObjectNode root = schema.deepCopy();
            close(root, true);
            root.putObject("components").set("schemas", closed);
            return schemas.getSchema(root);
        });
        JsonNode value;
        try {
            value = JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            return List.of("not JSON: " + notJson.getOriginalMessage());
        }
        return check
                .validate(value, execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .collect(Collectors.toList());
    }

    /** Refuses fields that are not named, wherever a value begins; parts of a schema must not, since they are of one value. */
    private static void close(JsonNode schema, boolean value) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        object.path("properties").forEach(field -> close(field, true));
        close(object.path("items"), true);
        close(object.path("additionalProperties"), true);
        for (String part : List.of("allOf", "oneOf", "anyOf")) {
            object.path(part).forEach(branch -> close(branch, false));
        }
        if (value) {
            object.put("unevaluatedProperties", false);
        }
    }

    private static AssertionError different(Operation call, Received answer, String how) {
        return new AssertionError(call + " (" + call.id() + ") answered " + answer.status()
                + ", which is not what /openapi.json says:\n  " + how + "\n" + answer.body());
    }
}
