package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.inferencestore.api.openapi.Document.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Wrong parameters of a call, ids that can be none, methods that its path does not take, and wrong headers. */
final class AddressMistakes {
    /** Tried as the value of every parameter; those that the description allows are left out. */
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "x y",
            "yes",
            "TRUE",
            "1",
            "0",
            "-1",
            "1001",
            "1.5",
            "1e3",
            "0x10",
            "NaN",
            "null",
            "99999999999999999999",
            "\u0661",
            "PENDING",
            "nothing",
            "2026-01-01",
            "2026-02-30T00:00:00Z",
            "+99999-01-01T00:00:00Z",
            "1767225600",
            "'; DROP TABLE models; --",
            "../../etc/passwd",
            "\ud83d\ude00",
            "\u0000",
            "a\u0000b",
            "line\nbreak",
            "x".repeat(300),
            "x".repeat(3000));

    /** What no schema says: the range of a duration, the form of a cursor. */
    private static final List<String> DURATIONS = List.of("5", "P8D", "-PT1S", "P1Y", "PT", "PT99999999999999H");

    private static final List<String> CURSORS = List.of("zzz", "djE6", "djE6AA", "djI6bQ", "====", "djE6bQ==x", "null");

    /** Of no model, project, task, hold or inference, in the path as they are. */
    private static final List<String> IDS = List.of(
            "%2F",
            "a%2Fb",
            "..%2F..%2Fetc",
            "%2e",
            "%2e%2e",
            "%20",
            "%00",
            "a%00b",
            "%0d%0aX:%201",
            "%E2%98%83",
            "%F0%9F%98%80",
            "%ED%A0%80",
            "%C0%80",
            "%ff",
            "%zz",
            "%",
            "%5C",
            "'%3B--",
            "a;b=c",
            "-x",
            "_x",
            "~",
            "$%7Bx%7D",
            "x".repeat(300),
            "%E2%98%83".repeat(100),
            "x".repeat(4000));

    private static final List<String> METHODS =
            List.of("GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "QUERY", "PROPFIND", "LOCK", "get", "ZZZ", "G-T");

    private final Document document;
    private final Described described;
    private final Operation call;
    private final String target;
    private final byte[] body;
    private final List<String> headers;
    private final Consumer<Mistake> to;

    /** Wrong addresses of a call that otherwise is sound, with this body. */
    AddressMistakes(
            Document document, Described described, Operation call, String target, byte[] body, Consumer<Mistake> to) {
        this.document = document;
        this.described = described;
        this.call = call;
        this.target = target;
        this.body = body;
        this.to = to;
        headers = body.length == 0 ? List.of() : List.of("Content-Type: application/json");
    }

    void make(String ids) {
        parameters();
        ids(ids);
        methods();
        headers();
    }

    private void parameters() {
        for (JsonNode parameter : call.in("query")) {
            String name = parameter.path("name").asText();
            for (String value : values(name, parameter)) {
                add("parameter", name, "?" + name + "=" + encoded(value), Set.of(422));
            }
            add("parameter twice", name, "?" + name + "=1&" + name + "=1", Set.of(422));
            for (String undecodable : List.of("%ff", "%zz", "%", "%C0%80", "%ED%A0%80", "%u0041")) {
                add("parameter that is no text", "", "?" + name + "=" + undecodable, Set.of(400));
            }
        }
        for (String unknown : List.of("zz", "zz=1", "limit%00=1", "%F0%9F%98%80=1", "x".repeat(2000) + "=1", "=1")) {
            add("unknown parameter", "", "?" + unknown, Set.of(422));
        }
        add("query too long", "", "?zz=" + "x".repeat(20_000), Set.of(414, 431));
    }

    private List<String> values(String name, JsonNode parameter) {
        List<String> wrong = new ArrayList<>();
        JsonNode schema = parameter.path("schema");
        JsonNode json = parameter.path("content").path("application/json").path("schema");
        String key = call + " parameter " + name;
        for (String value : VALUES) {
            List<String> errors = json.isMissingNode()
                    ? described.errors(key, schema, json(document.resolve(schema), value))
                    : described.errors(key, json, value);
            boolean allowed = errors.isEmpty();
            if (!allowed || value.contains("\u0000")) {
                wrong.add(value);
            }
        }
        boolean duration = document.resolve(schema).path("format").asText().equals("duration");
        wrong.addAll(duration ? DURATIONS : name.equals("cursor") ? CURSORS : List.of());
        return wrong;
    }

    /** As a program would read it: a number or a truth value where it is written like one and one is meant. */
    private static String json(JsonNode schema, String value) {
        String type = schema.path("type").asText();
        boolean literal = (type.equals("integer") && value.matches("-?[0-9]{1,18}"))
                || (type.equals("number") && value.matches("-?[0-9]+(\\.[0-9]+)?(e[0-9]+)?"))
                || (type.equals("boolean") && value.matches("true|false"));
        return literal ? value : TextNode.valueOf(value).toString();
    }

    private void ids(String known) {
        for (JsonNode parameter : call.in("path")) {
            String before = known.substring(
                    0, known.indexOf("{" + parameter.path("name").asText() + "}"));
            String after = known.substring(known.indexOf('}', before.length()) + 1);
            for (String id : IDS) {
                to.accept(new Mistake(
                        "odd id",
                        call,
                        method(),
                        filled(before) + id + filled(after),
                        headers,
                        body,
                        "",
                        Set.of(400, 404, 422)));
            }
        }
    }

    private String filled(String part) {
        return Fixture.fill(part);
    }

    private void methods() {
        Set<String> taken = new TreeSet<>();
        document.operations().stream()
                .filter(other -> other.path().equals(call.path()) || other.matches(target))
                .forEach(other -> taken.add(other.method().toUpperCase(Locale.ROOT)));
        for (String method : METHODS) {
            if (!taken.contains(method)) {
                Set<Integer> statuses = method.matches("[A-Z]+") ? Set.of(405) : Set.of(400, 405);
                to.accept(new Mistake("method", call, method, target, headers, body, "", statuses));
            }
        }
    }

    private void headers() {
        if (call.in("header").stream()
                .noneMatch(header -> header.path("name").asText().equals("If-Match"))) {
            return;
        }
        for (String tags : List.of(
                "x",
                "\"",
                "1",
                "\"1\" \"2\"",
                "\"1\",",
                ",",
                "W/\"1\"",
                "\"1\", x",
                "**",
                "\u00e9",
                "x".repeat(2000))) {
            header("If-Match", List.of("If-Match: " + tags));
        }
        for (String tags : List.of("\"1\"", "x", "**", "*, *")) {
            header("If-None-Match", List.of("If-None-Match: " + tags));
        }
        header("both", List.of("If-Match: \"1\"", "If-None-Match: *"));
        header("twice", List.of("If-Match: \"1\"", "If-Match: x"));
    }

    private void header(String which, List<String> wrong) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(wrong);
        to.accept(new Mistake("header " + which, call, method(), target, all, body, "", Set.of(400)));
    }

    private void add(String kind, String field, String query, Set<Integer> statuses) {
        to.accept(new Mistake(kind, call, method(), target + query, headers, body, field, statuses));
    }

    private String method() {
        return call.method().toUpperCase(Locale.ROOT);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
