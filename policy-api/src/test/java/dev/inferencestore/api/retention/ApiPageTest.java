package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/api.md} about retention have the fields, in their order, of what calls really answer. */
class ApiPageTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RetentionApi api;

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void itShowsWhatIsAnswered() throws IOException {
        String model = api.model();
        List<JsonNode> answers = new ArrayList<>();
        answers.add(api.setPolicy(model, RetentionApi.POLICY).json());
        answers.add(api.client
                .post(model + "/retention-policy/preview", RetentionApi.POLICY)
                .json());
        JsonNode task = api.client.post(model + "/retention-tasks", "{}").json();
        answers.add(task);
        JsonNode event = JSON.readTree(api.text("SELECT event FROM retention_outbox ORDER BY event_id DESC LIMIT 1"));
        answers.add(event);
        answers.add(api.client
                .put("/api/v1/projects/p/default-retention-policy", RetentionApi.POLICY)
                .json());
        answers.add(api.client
                .put("/api/v1/projects/p/retention-limit", "{\"maximum_record_age\": 720, \"maximum_blob_age\": 72}")
                .json());
        answers.add(api.client
                .get("/api/v1/audit?limit=1&action=retention-policy.set")
                .json());

        List<JsonNode> examples = examples();

        assertThat(examples).hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(fields(examples.get(i))).isEqualTo(fields(answers.get(i)));
        }
    }

    private static List<JsonNode> examples() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "api.md"));
        String section = page.substring(page.indexOf("## How long things are kept"), page.indexOf("## Legal holds"));
        return EXAMPLE.matcher(section)
                .results()
                .map(found -> json(found.group(1)))
                .toList();
    }

    /** Names only; what is null in one of them says nothing about what it holds. */
    private static List<String> fields(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.properties().forEach(field -> names.add(field.getKey()));
        return names;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException notJson) {
            throw new AssertionError(text, notJson);
        }
    }
}
