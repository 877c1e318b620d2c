package dev.inferencestore.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The API's JSON: snake_case, times as RFC 3339 in UTC; what is read must not name a field twice. */
public final class Json {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // As a double, a positive number that is too small would be read as zero.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    public static void answer(Context call, int status, Object body) {
        call.status(status).contentType("application/json").result(bytes(body));
    }

    /** With the fields of each object in the order of their names. */
    static String canonical(JsonNode json) {
        if (json.isObject()) {
            return json.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(field -> TextNode.valueOf(field.getKey()) + ":" + canonical(field.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (json.isArray()) {
            return StreamSupport.stream(json.spliterator(), false)
                    .map(Json::canonical)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        return json.toString();
    }

    /** Whether it is one JSON document, in which nothing is named twice and that is nested no deeper than readers bear. */
    public static boolean isOne(byte[] text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            int depth = 0;
            JsonToken token = parser.nextToken();
            while (token != null) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                token = parser.nextToken();
                if (depth == 0) {
                    return token == null;
                }
            }
            return false;
        } catch (IOException broken) {
            return false;
        }
    }

    /** A text as a JSON string. */
    public static String quoted(String text) {
        return new String(bytes(text), StandardCharsets.UTF_8);
    }

    /** An answer's JSON. */
    public static byte[] bytes(Object body) {
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException notWritable) {
            throw new IllegalStateException("an answer cannot be written as JSON", notWritable);
        }
    }
}
