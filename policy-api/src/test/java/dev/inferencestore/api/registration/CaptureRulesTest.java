package dev.inferencestore.api.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.storage.registration.ModelRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureRulesTest {
    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void rulesAreSetReplacedAndDeletedAndTheirVersionNeverRepeats() {
        register("churn");
        assertThat(client.get(path("churn")).status()).isEqualTo(404);

        Answer made = client.put(path("churn"), "{\"sample\": 0.25, \"redact\": [\"/input/user/email\"]}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(path("churn"));
        JsonNode rules = made.json();
        assertThat(rules.path("version").asLong()).isEqualTo(1);
        assertThat(rules.path("sample").asDouble()).isEqualTo(0.25);
        assertThat(rules.path("inputs").asBoolean()).isTrue();
        assertThat(client.get(path("churn")).json()).isEqualTo(rules);

        Answer again = client.put(path("churn"), "{\"redact\": [\"/input/user/email\"], \"sample\": 0.250}");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("version").asLong()).isEqualTo(1);

        assertThat(client.delete(path("churn")).status()).isEqualTo(200);
        assertThat(client.delete(path("churn")).status()).isEqualTo(404);
        assertThat(client.put(path("churn"), "{}").json().path("version").asLong())
                .isEqualTo(3);
    }

    @Test
    void theControlRecordCarriesThem() {
        register("carried");
        client.put(path("carried"), "{\"outputs\": false, \"max_input_size\": 7}");

        ControlRecord record = record("carried");
        assertThat(record.capture().outputs()).isFalse();
        assertThat(record.capture().maxInputSize()).isEqualTo(7);
        client.delete("/api/v1/models/carried");
        register("carried");
        assertThat(record("carried").capture()).isNull();
    }

    @Test
    void aStaleVersionChangesNothing() {
        register("stale");
        String tag = client.put(path("stale"), "{\"sample\": 0.5}").header("ETag");
        client.put(path("stale"), "{\"sample\": 0.6}");

        assertThat(client.put(path("stale"), "{\"sample\": 0.7}", "If-Match", tag)
                        .status())
                .isEqualTo(412);
        assertThat(client.get(path("stale")).json().path("sample").asDouble()).isEqualTo(0.6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"sample": 1.5}                     | sample must be a share between 0 and 1
                    {"inputs": false, "outputs": false} | outputs must be true where inputs is false
                    {"status_codes": ["2xx", "abc"]}    | status_codes[1] must be a status
                    {"redact": ["/x"]}                  | redact[0] must be a JSON pointer
                    {"redact": "all"}                   | redact must be a list
                    {"redact_headers": ["a b"]}         | redact_headers[0] must be the name of a header
                    {"max_input_size": -1}              | max_input_size must be a number of bytes
                    {"max_input_size": 1.5}             | max_input_size must be a whole number
                    {"colour": 1}                       | colour is not a field
                    """)
    void aRuleThatIsBrokenIsNamed(String body, String error) {
        register("broken");

        Answer answer = client.put(path("broken"), body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).startsWith(error);
    }

    @Test
    void aModelThatIsNotThereHasNone() {
        assertThat(client.put(path("nobody"), "{}").status()).isEqualTo(404);
        assertThat(client.get(path("nobody")).status()).isEqualTo(404);
    }

    private static ControlRecord record(String modelId) {
        List<ControlRecord> all = new ModelRegistry(store.database()).loadAll();
        return all.stream()
                .filter(each -> each.modelId().equals(modelId))
                .findFirst()
                .orElseThrow();
    }

    private static void register(String modelId) {
        client.put("/api/v1/models/" + modelId, "{\"project_id\": \"p\", \"task_type\": \"t\"}");
    }

    private static String path(String modelId) {
        return "/api/v1/models/" + modelId + "/capture-rules";
    }
}
