package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong about a hold, an erase, unregistering or an overview is named, and changes nothing. */
class BadHoldsAndErasuresTest {
    private static final String NO_TASK = "0f8fad5b-d9cb-469f-a165-70867728950e";
    private static final String ID = " must be 1 to 256 bytes of UTF-8 without a zero byte";
    private static final String TIME = " must be a time with an offset (RFC 3339), as 2026-11-22T12:00:00Z";
    private static final String REASON = "reason must be 1 to 1000 characters, none of them a control character";
    private static final String LIST = " must be a list of 1 to 10000 texts";
    private static final String HOLD_TAKES =
            " is not a field of this call, which takes end, inference_ids, reason, start";

    private static RetentionApi api;
    private static String model;
    private static String policyTask;
    private Map<String, String> before;

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
        model = api.model("m");
        api.setPolicy(model, RetentionApi.MANUAL);
        policyTask = api.task(model, "{}");
        api.store(model, "2026-01-01 10:00Z", "a");
        api.client.put(model + "/holds/h", "{\"reason\": \"r\", \"inference_ids\": [\"a\"]}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void remember() {
        before = api.tables();
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(api.tables()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | reason must be given",
                "{'reason': null} | reason must be given",
                "{'reason': 7} | reason must be a text",
                "{'reason': ['r']} | reason must be a text",
                "{'reason': ''} | " + REASON,
                "{'reason': '  '} | " + REASON,
                "{'reason': 'a\\nb'} | " + REASON,
                "{'reason': '\\u0000'} | " + REASON,
                "{'reason': '\\ud800'} | " + REASON,
                "{'reason': 'r', 'inference_ids': []} | inference_ids" + LIST,
                "{'reason': 'r', 'inference_ids': 'a'} | inference_ids" + LIST,
                "{'reason': 'r', 'inference_ids': {}} | inference_ids" + LIST,
                "{'reason': 'r', 'inference_ids': [7]} | inference_ids[0] must be a text",
                "{'reason': 'r', 'inference_ids': [null]} | inference_ids[0] must be a text",
                "{'reason': 'r', 'inference_ids': ['a', '']} | inference_ids[1]" + ID,
                "{'reason': 'r', 'inference_ids': ['a\\u0000']} | inference_ids[0]" + ID,
                "{'reason': 'r', 'inference_ids': ['\\udc00']} | inference_ids[0]" + ID,
                "{'reason': 'r', 'inference_ids': ['gone']} | inference_ids must be of inferences that are stored;"
                        + " these are not: gone",
                "{'reason': 'r', 'inference_ids': ['a'], 'start': '2026-01-01T00:00:00Z'} | inference_ids must be left"
                        + " out where start or end is given: a hold is of inferences or of a time",
                "{'reason': 'r', 'inference_ids': ['a'], 'end': '2026-01-01T00:00:00Z'} | inference_ids must be left"
                        + " out where start or end is given: a hold is of inferences or of a time",
                "{'reason': 'r', 'start': 1767225600} | start" + TIME,
                "{'reason': 'r', 'start': '2026-01-01'} | start" + TIME,
                "{'reason': 'r', 'start': '2026-01-01T00:00:00'} | start" + TIME,
                "{'reason': 'r', 'end': 'never'} | end" + TIME,
                "{'reason': 'r', 'end': '2026-02-30T00:00:00Z'} | end" + TIME,
                "{'reason': 'r', 'end': {}} | end" + TIME,
                "{'reason': 'r', 'end': '9999-12-31T23:59:59Z', 'start': '9999-12-31T23:59:59-01:00'} | start must be in"
                        + " the years 0000 to 9999 of UTC, to the microsecond",
                "{'reason': 'r', 'start': '0000-01-01T00:00:00+01:00'} | start must be in"
                        + " the years 0000 to 9999 of UTC, to the microsecond",
                "{'reason': 'r', 'end': '9999-12-31T23:59:59.9999999Z'} | end must be in"
                        + " the years 0000 to 9999 of UTC, to the microsecond",
                "{'reason': 'r', 'start': '2026-01-01T00:00:00Z', 'end': '2026-01-01T00:00:00Z'} | end must be after"
                        + " start, by a microsecond at least",
                "{'reason': 'r', 'start': '2026-01-01T00:00:00.0000001Z', 'end': '2026-01-01T00:00:00.0000009Z'} | end"
                        + " must be after start, by a microsecond at least",
                "{'reason': 'r', 'until': 1} | until" + HOLD_TAKES,
                "{'reason': 'r', 'scope': 'model'} | scope" + HOLD_TAKES
            })
    void aHoldThatBreaksARule(String body, String error) {
        for (String hold : List.of("/holds/new", "/holds/h")) {
            Answer answer = api.client.put(model + hold, body.replace('\'', '"'));

            isProblem(answer, 422, "invalid");
            assertThat(answer.errors().strip()).isEqualTo(error);
        }
    }

    @Test
    void everyBrokenRuleOfAHoldIsNamedAtOnce() {
        Answer answer = api.client.put(model + "/holds/-x", "{\"start\": 1, \"inference_ids\": [1], \"x\": 2}");

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors().lines().map(line -> line.substring(0, line.indexOf(' '))))
                .containsExactly("hold_id", "reason", "inference_ids[0]", "start", "inference_ids", "x");
    }

    @Test
    void longListsAndTextsAreRefused() {
        String many = "\"a\",".repeat(10_000) + "\"a\"";
        String tooLong = "\"" + "\u00e9".repeat(129) + "\"";

        assertThat(hold("\"inference_ids\": [" + many + "]").errors().strip()).isEqualTo("inference_ids" + LIST);
        assertThat(hold("\"inference_ids\": [" + tooLong + "]").errors().strip())
                .isEqualTo("inference_ids[0]" + ID);
        assertThat(hold("\"inference_ids\": [" + "1,".repeat(500) + "1]")
                        .errors()
                        .lines())
                .as("the first of them")
                .hasSize(10);
        assertThat(api.client
                        .put(model + "/holds/new", "{\"reason\": \"" + "x".repeat(1001) + "\"}")
                        .errors()
                        .strip())
                .isEqualTo(REASON);
        isProblem(hold("\"x\": \"" + "x".repeat(1 << 20) + "\""), 413, "too-large");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | filter must be given, or dry_run_id for that of a dry run, and not both",
                "{'filter': null} | filter must be given, or dry_run_id for that of a dry run, and not both",
                "{'filter': {'action': 'x'}, 'dry_run_id': '" + NO_TASK + "'} | filter must be given, or dry_run_id for"
                        + " that of a dry run, and not both",
                "{'filter': {}} | filter must have at least one field: to erase all there is, DELETE the model with"
                        + " ?erase=true",
                "{'filter': {'action': null}} | filter must have at least one field: to erase all there is, DELETE the"
                        + " model with ?erase=true",
                "{'filter': []} | filter must be an object",
                "{'filter': 'all'} | filter must be an object",
                "{'filter': {'model_id': 'm'}} | filter.model_id is not a field of filter, which takes action,"
                        + " bounding_box, end, inference_ids, metadata, start",
                "{'filter': {'inference_ids': []}} | filter.inference_ids" + LIST,
                "{'filter': {'inference_ids': ['']}} | filter.inference_ids[0]" + ID,
                "{'filter': {'inference_ids': [['a']]}} | filter.inference_ids[0] must be a text",
                "{'filter': {'start': 'x'}} | filter.start" + TIME,
                "{'filter': {'end': '2026-01-01T00:00:00Z', 'start': '2026-01-01T00:00:00Z'}} | filter.end must be after"
                        + " start, by a microsecond at least",
                "{'filter': {'action': 7}} | filter.action must be a text",
                "{'filter': {'action': ''}} | filter.action" + ID,
                "{'filter': {'action': '\\u0000'}} | filter.action" + ID,
                "{'filter': {'metadata': {}}} | filter.metadata must have at least one field",
                "{'filter': {'metadata': []}} | filter.metadata must be an object that is contained, or a list of 1 to"
                        + " 16 conditions",
                "{'filter': {'metadata': 'x'}} | filter.metadata must be an object that is contained, or a list of 1 to"
                        + " 16 conditions",
                "{'filter': {'metadata': {'a': '\\u0000'}}} | filter.metadata must not hold zero characters or halves of"
                        + " surrogate pairs",
                "{'filter': {'metadata': {'a': ['\\udc00']}}} | filter.metadata must not hold zero characters or halves of"
                        + " surrogate pairs",
                "{'filter': {'metadata': {'a': [{'b': 1e999999999}]}}} | filter.metadata must hold numbers of at most 100"
                        + " digits and exponents up to 300",
                "{'filter': {'metadata': {'a': 1e-999999999}}} | filter.metadata must hold numbers of at most 100"
                        + " digits and exponents up to 300",
                "{'filter': {'metadata': {'a':[[[[[[[[1]]]]]]]]}}} | filter.metadata must be nested 8 levels deep at most",
                "{'filter': {'action': 'x'}, 'dry_run': 'yes'} | dry_run must be true or false",
                "{'filter': {'action': 'x'}, 'except_held': 1} | except_held must be true or false",
                "{'dry_run_id': 7} | dry_run_id must be a text",
                "{'dry_run_id': 'x'} | dry_run_id must be a UUID, as 0f8fad5b-d9cb-469f-a165-70867728950e",
                "{'dry_run_id': '" + NO_TASK
                        + "', 'dry_run': true} | dry_run_id must be left out of a dry run: it names"
                        + " the one whose filter a real erase takes",
                "{'filter': {'action': 'x'}, 'force': true} | force is not a field of this call, which takes dry_run,"
                        + " dry_run_id, except_held, filter"
            })
    void anEraseThatBreaksARule(String body, String error) {
        Answer answer = api.client.post(model + "/inferences/erase", body.replace('\'', '"'));

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors().strip()).isEqualTo(error);
    }

    @Test
    void metadataHasABoundedSizeHoweverItIsNested() {
        String large = "{\"filter\": {\"metadata\": {\"a\": \"" + "x".repeat(16 * 1024) + "\"}}}";
        String deep = "{\"filter\": {\"metadata\": {\"a\": " + "[".repeat(900) + "]".repeat(900) + "}}}";
        String deeper = "{\"filter\": {\"metadata\": {\"a\": " + "[".repeat(9000) + "]".repeat(9000) + "}}}";

        assertThat(api.client.post(model + "/inferences/erase", large).errors())
                .isEqualTo("filter.metadata must be at most 16384 bytes\n");
        assertThat(api.client.post(model + "/inferences/erase", deep).errors())
                .isEqualTo("filter.metadata must be nested 8 levels deep at most\n");
        isProblem(api.client.post(model + "/inferences/erase", deeper), 400, "unreadable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{\"reason\": \"a\", \"reason\": \"b\"}"})
    void aBodyThatCannotBeRead(String body) {
        isProblem(api.client.put(model + "/holds/h", body), 400, "unreadable");
        isProblem(api.client.post(model + "/inferences/erase", body), 400, "unreadable");
    }

    @Test
    void aBodyThatIsNoJson() {
        isProblem(
                api.client.send("PUT", model + "/holds/h", "reason=r", "Content-Type", "text/plain"),
                415,
                "unsupported-media-type");
        isProblem(
                api.client.send("POST", model + "/inferences/erase", "all", "Content-Type", "text/plain"),
                415,
                "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=1001", "limit=x", "cursor=zzz", "cursor=djE6", "colour=red", "limit=1&limit=2"
            })
    void aParameterThatBreaksARule(String parameter) {
        for (String path : List.of(
                model + "/holds", model + "/retention-tasks/" + NO_TASK + "/receipt", "/api/v1/projects/p/retention")) {
            Answer answer = api.client.get(path + "?" + parameter);

            isProblem(answer, 422, "invalid");
            assertThat(answer.errors()).startsWith(parameter.substring(0, parameter.indexOf('=')) + " ");
        }
    }

    @Test
    void parametersOfCallsThatTakeNoneAndThoseOfUnregistering() {
        List.of(
                        api.client.get(model + "/holds/h?x=1"),
                        api.client.put(model + "/holds/h?wait=PT1S", "{\"reason\": \"r\"}"),
                        api.client.delete(model + "/holds/h?x=1"),
                        api.client.delete(model + "/inferences/a?dry_run=true"),
                        api.client.post(model + "/inferences/erase?dry_run=true", "{\"filter\": {\"action\": \"x\"}}"),
                        api.client.delete(model + "?erase=yes"),
                        api.client.delete(model + "?erase="),
                        api.client.delete(model + "?force=true"),
                        api.client.delete(model + "?erase=true&erase=true"),
                        api.client.get("/api/v1/models?state=unregistered"),
                        api.client.get("/api/v1/models?state=DELETING"),
                        api.client.get("/api/v1/projects/-p/retention"),
                        api.client.get("/api/v1/projects/p%20p/retention"))
                .forEach(answer -> isProblem(answer, 422, "invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "-not-an-id", "a%20b", "%27", "a%2Fb", "%2E%2E"})
    void aModelThatIsNotThere(String id) {
        String path = "/api/v1/models/" + id;
        List.of(
                        api.client.get(path),
                        api.client.get(path + "/holds"),
                        api.client.get(path + "/holds/h"),
                        api.client.put(path + "/holds/h", "{\"reason\": \"r\"}"),
                        api.client.put(path + "/holds/h", "{\"reason\": \"r\", \"inference_ids\": [\"a\"]}"),
                        api.client.delete(path + "/holds/h"),
                        api.client.delete(path + "/inferences/a"),
                        api.client.post(path + "/inferences/erase", "{\"filter\": {\"action\": \"x\"}}"),
                        api.client.get(path + "/retention-tasks/" + NO_TASK + "/receipt"),
                        api.client.delete(path),
                        api.client.delete(path + "?erase=true"))
                .forEach(answer -> isProblem(answer, 404, "unknown-model"));
    }

    @Test
    void aHoldATaskAndAReceiptThatAreNotThere() {
        for (String hold : List.of("unknown", "-x", "a%20b", "h%2Fh", "%27")) {
            isProblem(api.client.get(model + "/holds/" + hold), 404, "unknown-hold");
            isProblem(api.client.delete(model + "/holds/" + hold), 404, "unknown-hold");
        }
        for (String task : List.of(NO_TASK, "x", "%27", policyTask)) {
            isProblem(api.client.get(model + "/retention-tasks/" + task + "/receipt"), 404, "unknown-task");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/models/a%00b", "/api/v1/models/m/holds/a%00b", "/api/v1/models/m/inferences/a%00b"})
    void anIdWithAZeroByteIsRefusedBeforeTheDatabaseSeesIt(String path) {
        for (Answer answer : List.of(api.client.get(path), api.client.delete(path))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    private static Answer hold(String field) {
        return api.client.put(model + "/holds/new", "{\"reason\": \"r\", " + field + "}");
    }

    private static void isProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:" + type);
        assertThat(answer.json().path("detail").asText()).isNotBlank();
    }
}
