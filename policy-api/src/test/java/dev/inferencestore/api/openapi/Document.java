package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The description that an API serves, read. */
public final class Document {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch", "head", "options");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode json;
    private final List<Operation> operations = new ArrayList<>();

    private Document(JsonNode json) {
        this.json = json;
        json.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode call = path.getValue().path(method);
                    if (!call.isMissingNode()) {
                        List<JsonNode> parameters = new ArrayList<>();
                        path.getValue().path("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
                        call.path("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
                        operations.add(new Operation(method, path.getKey(), call, parameters));
                    }
                }));
    }

    /** What the API at this address serves. */
    public static Document of(String root) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(root + "/openapi.json")).build();
        try {
            var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError("/openapi.json: " + answer.statusCode() + " " + answer.body());
            }
            return new Document(JSON.readTree(answer.body()));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    JsonNode json() {
        return json;
    }

    List<Operation> operations() {
        return operations;
    }

    /** The call that a request means: of those that match, the one whose path says most literally. */
    Optional<Operation> find(String method, String path) {
        return operations.stream()
                .filter(call -> call.method().equalsIgnoreCase(method) && call.matches(path))
                .min(Comparator.comparingLong(
                        call -> call.path().chars().filter(c -> c == '{').count()));
    }

    /** What a node refers to, or itself. */
    JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asText();
        if (reference.isEmpty()) {
            return node;
        }
        JsonNode target = json.at(reference.substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError(reference + " is not in the document");
        }
        return resolve(target);
    }

    /** The fields of objects of a schema, by name; those of all of its parts, but null. */
    Map<String, JsonNode> fields(JsonNode schema) {
        Map<String, JsonNode> fields = new TreeMap<>();
        JsonNode resolved = resolve(schema);
        for (String part : List.of("allOf", "oneOf")) {
            resolved.path(part).forEach(branch -> fields.putAll(fields(branch)));
        }
        resolved.path("properties").properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    /** Whether a schema lets an object have fields that it does not name. */
    boolean isOpen(JsonNode schema) {
        return resolve(schema).has("additionalProperties");
    }

    /**
     * A call.
     *
     * @param parameters those of its path included, none of them a reference
     */
    record Operation(String method, String path, JsonNode json, List<JsonNode> parameters) {
        String id() {
            return json.path("operationId").asText();
        }

        boolean matches(String requested) {
            String[] mine = path.split("/", -1);
            String[] theirs = requested.split("/", -1);
            if (mine.length != theirs.length) {
                return false;
            }
            for (int i = 0; i < mine.length; i++) {
                if (!mine[i].startsWith("{") && !mine[i].equals(theirs[i])) {
                    return false;
                }
            }
            return true;
        }

        /** Its parameters in the path, the query or the headers. */
        List<JsonNode> in(String where) {
            return parameters.stream()
                    .filter(parameter -> parameter.path("in").asText().equals(where))
                    .toList();
        }

        @Override
        public String toString() {
            return method.toUpperCase(Locale.ROOT) + " " + path;
        }
    }
}
