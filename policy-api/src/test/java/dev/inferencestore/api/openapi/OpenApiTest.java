package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.api.openapi.Document.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code /openapi.json} is OpenAPI, and says of every route what it takes. What it says of answers, every test checks. */
class OpenApiTest {
    private static final String UNKNOWN = "zz_unknown";
    private static final String SPECIFICATION = "https://spec.openapis.org/oas/3.1/schema-base/2022-10-07";

    private static PolicyApi api;
    private static Client client;
    private static Document document;

    @BeforeAll
    static void start() {
        api = PolicyApi.start(TestServers.newStore().settings(false));
        client = new Client(api);
        document = Document.of("http://127.0.0.1:" + api.port());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static Stream<Operation> calls() {
        return document.operations().stream().filter(call -> call.path().startsWith("/api/"));
    }

    static Stream<Operation> callsWithFields() {
        return calls().filter(call -> !body(call).isMissingNode() && !document.isOpen(body(call)));
    }

    @Test
    void itDescribesEveryRouteAndNoOther() {
        assertThat(document.operations().stream().map(Operation::toString))
                .containsExactlyInAnyOrderElementsOf(api.routes().stream()
                        .filter(route -> !route.method().equals("HEAD"))
                        .map(route -> route.method() + " " + route.path())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void itHasTheParametersThatACallTakes(Operation call) {
        Answer answer = send(call, path(call) + "?" + UNKNOWN + "=1", "{}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(takenBy(answer, UNKNOWN, "is not a parameter of this call, which takes "))
                .isEqualTo(names(call.in("query")));
    }

    @ParameterizedTest
    @MethodSource("callsWithFields")
    void itHasTheFieldsThatACallTakes(Operation call) {
        Answer answer = send(call, path(call), "{\"" + UNKNOWN + "\": 1}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        Map<String, JsonNode> fields = document.fields(body(call));
        assertThat(takenBy(answer, UNKNOWN, "is not a field of this call, which takes "))
                .isEqualTo(fields.isEmpty() ? "none" : String.join(", ", fields.keySet()));
        fields.forEach((name, schema) -> {
            Map<String, JsonNode> nested = document.fields(schema);
            if (!nested.isEmpty() && !document.isOpen(schema)) {
                Answer inside = send(call, path(call), "{\"" + name + "\": {\"" + UNKNOWN + "\": 1}}");
                assertThat(takenBy(inside, name + "." + UNKNOWN, "is not a field of " + name + ", which takes "))
                        .isEqualTo(String.join(", ", nested.keySet()));
            }
        });
    }

    @Test
    void itIsOpenApi() throws IOException {
        SchemaRegistry specification = SchemaRegistry.withDialect(
                Dialects.getDraft202012(),
                registry ->
                        registry.schemas(iri -> iri.startsWith("https://spec.openapis.org/") ? published(iri) : null));
        Schema schema = specification.getSchema(SchemaLocation.of(SPECIFICATION));

        assertThat(schema.validate(document.json())).isEmpty();
        assertThat(schema.validate(changed("/info", "title", "null"))).isNotEmpty();
        assertThat(schema.validate(changed("/components/schemas/Id", "type", "\"text\"")))
                .as("schemas are looked into")
                .isNotEmpty();
    }

    @Test
    void everyCallHasANameOfItsOwnATagThatIsThereAndWhatItAsksFor() {
        List<String> tags = document.json().path("tags").findValuesAsText("name");
        assertThat(document.operations().stream().map(Operation::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+(_[a-z]+)+"));
        assertThat(document.operations()).allSatisfy(call -> {
            assertThat(call.json().path("tags")).isNotEmpty().allMatch(tag -> tags.contains(tag.asText()));
            assertThat(call.json().path("summary").asText()).isNotBlank();
            assertThat(call.json().path("x-role").asText()).isNotBlank();
            assertThat(call.json().has("security"))
                    .isEqualTo(call.json().path("x-role").asText().equals("anyone"));
            assertThat(names(call.in("path"))).isEqualTo(placeholders(call.path()));
        });
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverySharedPartIsReferredTo() {
        List<String> references = document.json().findValuesAsText("$ref");

        assertThat(references).allSatisfy(reference -> assertThat(
                        document.json().at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
        document.json().path("components").properties().forEach(kind -> kind.getValue()
                .fieldNames()
                .forEachRemaining(name -> {
                    if (!kind.getKey().equals("securitySchemes")) {
                        assertThat(references).contains("#/components/" + kind.getKey() + "/" + name);
                    }
                }));
    }

    @Test
    void examplesAreWhatTheirSchemasSay() {
        Described described = new Described(document);
        List<String> wrong = new ArrayList<>();
        document.json().path("components").path("schemas").properties().forEach(schema -> schema.getValue()
                .path("examples")
                .forEach(example ->
                        wrong.addAll(described.errors(schema.getKey(), schema.getValue(), example.toString()))));
        document.json().findParents("example").forEach(holder -> {
            JsonNode schema = holder.path("schema");
            if (!schema.isMissingNode()) {
                described
                        .errors(
                                holder.toString(),
                                schema,
                                holder.path("example").toString())
                        .forEach(error -> wrong.add(holder + ": " + error));
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(document.json().findParents("example")).hasSizeGreaterThan(10);
    }

    private static JsonNode changed(String object, String field, String json) throws IOException {
        JsonNode copy = document.json().deepCopy();
        ((ObjectNode) copy.at(object)).set(field, new ObjectMapper().readTree(json));
        return copy;
    }

    private static Answer send(Operation call, String path, String body) {
        return body(call).isMissingNode()
                ? client.send(call.method().toUpperCase(Locale.ROOT), path, "")
                : client.send(call.method().toUpperCase(Locale.ROOT), path, body, "Content-Type", "application/json");
    }

    private static JsonNode body(Operation call) {
        return document.resolve(call.json().path("requestBody"))
                .path("content")
                .path("application/json")
                .path("schema");
    }

    /** With ids of the right form. */
    private static String path(Operation call) {
        return call.path()
                .replace("{task_id}", "0f8fad5b-d9cb-469f-a165-70867728950e")
                .replaceAll("\\{[a-z_]+}", "x");
    }

    private static String takenBy(Answer answer, String field, String before) {
        return answer.errors()
                .lines()
                .filter(error -> error.startsWith(field + " " + before))
                .map(error -> error.substring(field.length() + 1 + before.length()))
                .findAny()
                .orElse("does not say: " + answer.text());
    }

    private static String names(List<JsonNode> parameters) {
        TreeSet<String> names = new TreeSet<>();
        parameters.forEach(parameter -> names.add(parameter.path("name").asText()));
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String placeholders(String path) {
        TreeSet<String> names = new TreeSet<>();
        Matcher placeholders = Pattern.compile("\\{([a-z_]+)}").matcher(path);
        while (placeholders.find()) {
            names.add(placeholders.group(1));
        }
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** A page of the specification, which a test dependency carries. */
    private static String published(String iri) {
        String file = iri.substring("https://".length());
        try (InputStream page = OpenApiTest.class.getClassLoader().getResourceAsStream(file)) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
