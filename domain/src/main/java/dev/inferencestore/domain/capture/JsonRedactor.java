package dev.inferencestore.domain.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replaces values in a JSON document and leaves every other byte as it was sent. A name that stands twice in an object is
 * replaced both times.
 */
final class JsonRedactor {
    private static final byte[] REPLACEMENT = "\"[redacted]\"".getBytes(StandardCharsets.UTF_8);
    private static final String EACH = "*";

    private final Node root = new Node();
    private final boolean anyCase;

    /**
     * Makes a redactor.
     *
     * @param paths names and positions from the root to what is to go; {@code *} stands for every one
     * @param anyCase whether names are the same in large and small letters
     */
    JsonRedactor(List<List<String>> paths, boolean anyCase) {
        this.anyCase = anyCase;
        for (List<String> path : paths) {
            Node node = root;
            for (String step : path) {
                node = node.children.computeIfAbsent(anyCase ? step.toLowerCase(Locale.ROOT) : step, any -> new Node());
            }
            node.goes = true;
        }
    }

    boolean isEmpty() {
        return root.children.isEmpty();
    }

    /**
     * The document with what is to go replaced.
     *
     * @throws BadEvent when it is no JSON
     */
    byte[] redact(byte[] document) throws BadEvent {
        List<int[]> ranges = new ArrayList<>();
        Json.read(document, parser -> {
            walk(parser, List.of(root), ranges);
            return true;
        });
        if (ranges.isEmpty()) {
            return document;
        }
        ByteArrayOutputStream redacted = new ByteArrayOutputStream(document.length);
        int from = 0;
        for (int[] range : ranges) {
            redacted.write(document, from, range[0] - from);
            redacted.writeBytes(REPLACEMENT);
            from = range[1];
        }
        redacted.write(document, from, document.length - from);
        return redacted.toByteArray();
    }

    /** At a value: the nodes are those that the way here has matched. */
    private void walk(JsonParser parser, List<Node> nodes, List<int[]> ranges) throws IOException {
        if (nodes.isEmpty()) {
            parser.skipChildren();
            return;
        }
        if (nodes.stream().anyMatch(node -> node.goes)) {
            ranges.add(Json.range(parser));
            return;
        }
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                walk(parser, next(nodes, name), ranges);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                walk(parser, next(nodes, String.valueOf(i)), ranges);
            }
        }
    }

    private List<Node> next(List<Node> nodes, String step) {
        List<Node> next = new ArrayList<>();
        for (Node node : nodes) {
            add(next, node.children.get(anyCase ? step.toLowerCase(Locale.ROOT) : step));
            add(next, node.children.get(EACH));
        }
        return next;
    }

    private static void add(List<Node> nodes, @Nullable Node node) {
        if (node != null) {
            nodes.add(node);
        }
    }

    /** What may follow on a way, by name or position. */
    private static final class Node {
        private final Map<String, Node> children = new HashMap<>();
        private boolean goes;
    }
}
