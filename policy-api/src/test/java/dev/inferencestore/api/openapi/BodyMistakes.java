package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.openapi.Document.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Wrong bodies of a call: each field wrong in every way that the description knows, and bodies that are wrong as a whole. */
final class BodyMistakes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = "@@here@@";
    private static final String TYPE = "Content-Type: application/json";
    private static final int DEEP = 100_000;

    /** Tried in the place of every field; those that the description allows there are left out. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "7",
            "1.5",
            "876001",
            "9".repeat(900),
            "\"\"",
            "\"7\"",
            "\"true\"",
            "\"NaN\"",
            "\"x y/../%00\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"2026-01-01\"",
            "\"0f8fad5b-d9cb-469f-a165\"",
            "\"line\\nbreak\"",
            "\"" + "x".repeat(2000) + "\"",
            "\"" + "\u00e9".repeat(2000) + "\"",
            "[]",
            "[null]",
            "[7]",
            "[\"\"]",
            "[[[]]]",
            "[{}]",
            "[" + "\"a\",".repeat(10_000) + "\"a\"]",
            "{}",
            "{\"zz\": 1}",
            "{\"\": {}}");

    /** Wrong everywhere, though no schema says so: texts that no database takes, numbers that no double holds. */
    private static final List<String> WRONG_EVERYWHERE =
            List.of("\"\\u0000\"", "\"a\\ud800b\"", "\"\\udc00\"", "1e400", "1e-400", "1e999999999", "-1e-999999999");

    /** No JSON, or more than the server reads of it. */
    private static final List<String> VALUES_OF_NO_JSON = List.of(
            "NaN",
            "-Infinity",
            "01",
            "+1",
            ".5",
            "0x1f",
            "'x'",
            "undefined",
            "\"\\x\"",
            "\"\t\"",
            "1" + "0".repeat(5000),
            "[".repeat(DEEP) + "]".repeat(DEEP),
            "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP));

    private final Document document;
    private final Described described;
    private final Operation call;
    private final String target;
    private final JsonNode schema;
    private final boolean mayBeLeftOut;
    private final ObjectNode sound;
    private final Consumer<Mistake> to;

    BodyMistakes(Document document, Described described, Operation call, String target, Consumer<Mistake> to) {
        this.document = document;
        this.described = described;
        this.call = call;
        this.target = target;
        this.to = to;
        JsonNode body = document.resolve(call.json().path("requestBody"));
        JsonNode content = body.path("content").path("application/json");
        schema = content.path("schema");
        mayBeLeftOut = !body.path("required").asBoolean();
        JsonNode example = content.has("example")
                ? content.path("example")
                : document.resolve(schema).path("examples").path(0);
        sound = example.isObject() ? example.deepCopy() : JSON.createObjectNode();
    }

    void make() {
        fields("", schema, sound, sound);
        leftOut(schema);
        wholes();
        types();
        sizes();
    }

    /** Those of one object, and of the objects in it. */
    private void fields(String path, JsonNode of, ObjectNode object, ObjectNode root) {
        Map<String, JsonNode> fields = document.fields(of);
        fields.forEach((name, field) -> {
            String at = path.isEmpty() ? name : path + "." + name;
            values(at, field).forEach(value -> add("wrong value", at, with(root, object, name, value), Set.of(422)));
            VALUES_OF_NO_JSON.forEach(
                    value -> add("value that is no JSON", "", with(root, object, name, value), Set.of(400)));
            String twice = with(root, object, name, "1, \"" + name + "\": 1");
            add("field twice", "", twice, Set.of(400));
            nested(at, field, object, name, root);
        });
        if (!document.isOpen(of)) {
            for (String name : List.of("zz", "", "__proto__", "\\u0000", "\\ud800", "x".repeat(1000), "Ünïcode")) {
                String unknown = with(root, object, MARK, "1").replace(MARK, name);
                add("unknown field", path.isEmpty() ? "" : path, unknown, Set.of(422));
            }
        }
    }

    /** Of an object in a field, or of the first of a list of them, which is put there where the example has none. */
    private void nested(String at, JsonNode field, ObjectNode object, String name, ObjectNode root) {
        JsonNode before = object.get(name);
        JsonNode items = document.resolve(field).path("items");
        if (!document.fields(field).isEmpty()) {
            ObjectNode inner = before instanceof ObjectNode there ? there : object.putObject(name);
            if (inner.isEmpty() && document.resolve(field).path("examples").path(0) instanceof ObjectNode example) {
                inner.setAll(example);
            }
            fields(at, field, inner, root);
        } else if (!document.fields(items).isEmpty()) {
            ArrayNode list = before instanceof ArrayNode there ? there : object.putArray(name);
            ObjectNode inner = list.path(0) instanceof ObjectNode there ? there : list.addObject();
            fields(at + "[0]", items, inner, root);
        }
        put(object, name, before);
    }

    private static void put(ObjectNode object, String name, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(name);
        } else {
            object.set(name, value);
        }
    }

    private List<String> values(String at, JsonNode field) {
        List<String> wrong = new ArrayList<>();
        for (String value : VALUES) {
            if (!described.errors(call + " field " + at, field, value).isEmpty()) {
                wrong.add(value);
            }
        }
        wrong.addAll(WRONG_EVERYWHERE);
        return wrong;
    }

    /** The body with one field changed; its text need not be JSON. */
    private static String with(ObjectNode root, ObjectNode object, String name, String value) {
        JsonNode before = object.get(name);
        object.put(name, "@@value@@");
        String text = root.toString().replace("\"@@value@@\"", value);
        put(object, name, before);
        return text;
    }

    private void leftOut(JsonNode of) {
        document.resolve(of).path("required").forEach(name -> {
            ObjectNode without = sound.deepCopy();
            without.remove(name.asText());
            add("field left out", name.asText(), without.toString(), Set.of(422));
        });
    }

    private void wholes() {
        String text = sound.toString();
        for (String whole : List.of(
                "",
                " ",
                "\n",
                "{",
                "}",
                "[]",
                "[{}]",
                "null",
                "true",
                "7",
                "\"x\"",
                "{} {}",
                "{}x",
                "{},",
                "{'a': 1}",
                "{\"a\" 1}",
                "{\"a\":}",
                "{,}",
                "{\"a\": 1,}",
                "// a\n{}",
                "\u0000",
                "<xml/>",
                text + text,
                text + "]",
                text.substring(0, text.length() - 1),
                "[" + text + "]",
                "[".repeat(DEEP),
                "{\"a\":".repeat(DEEP))) {
            if (!(mayBeLeftOut && whole.isEmpty())) {
                add("body as a whole", "", whole, Set.of(400));
            }
        }
        for (byte[] bytes : List.of(
                new byte[] {(byte) 0xff},
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {
                    '{', '"', (byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"', ':', '1', '}'
                },
                text.getBytes(StandardCharsets.UTF_16),
                text.getBytes(StandardCharsets.UTF_16LE),
                text.replaceFirst("\\{", "{\"é\":1,").getBytes(StandardCharsets.ISO_8859_1))) {
            add("body of other bytes", "", List.of(TYPE), bytes, Set.of(400));
        }
    }

    private void types() {
        byte[] text = sound.toString().getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(
                "text/plain",
                "text/json",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/",
                "json",
                "*/*",
                "application/jsonx",
                "application/json; charset=utf-16",
                "application/json; charset=iso-8859-1",
                "\u00e9")) {
            add("content type", "", List.of("Content-Type: " + type), text, Set.of(415));
        }
        for (String encoding : List.of("gzip", "br", "deflate", "zz")) {
            byte[] bytes = encoding.equals("gzip") ? zipped(text) : text;
            add("content encoding", "", List.of(TYPE, "Content-Encoding: " + encoding), bytes, Set.of(415));
        }
    }

    private void sizes() {
        byte[] large = ("{\"zz\": \"" + "x".repeat(1 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
        add("body too large", "", List.of(TYPE), large, Set.of(413));
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        chunks.writeBytes((Integer.toHexString(large.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunks.writeBytes(large);
        chunks.writeBytes("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        add("body too large", "", List.of(TYPE, "Transfer-Encoding: chunked"), chunks.toByteArray(), Set.of(413));
    }

    private static byte[] zipped(byte[] text) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
            zip.write(text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return zipped.toByteArray();
    }

    private void add(String kind, String field, String body, Set<Integer> statuses) {
        add(kind, field, List.of(TYPE), body.getBytes(StandardCharsets.UTF_8), statuses);
    }

    private void add(String kind, String field, List<String> headers, byte[] body, Set<Integer> statuses) {
        to.accept(new Mistake(
                kind, call, call.method().toUpperCase(Locale.ROOT), target, headers, body, field, statuses));
    }
}
