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

/** The examples of {@code docs/api.md} about holds and erasing have the fields, in their order, of what calls answer. */
class HoldsPageTest {
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
        String model = api.model("churn");
        api.setPolicy(model, RetentionApi.POLICY);
        api.store(model, "2026-11-21 10:00Z", "order-17");
        List<JsonNode> answers = new ArrayList<>();
        JsonNode task = api.client.post(model + "/inferences/erase", """
                {"filter": {"metadata": {"region": "eu"}, "end": "2026-11-22T00:00:00Z"}}""").json();
        String taskPath = model + "/retention-tasks/" + task.path("id").asText();
        api.work(model);
        answers.add(api.client.put(model + "/holds/case-7", """
                {"reason": "Court order 4711", "start": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}""").json());
        answers.add(task);
        api.sql("UPDATE erased_inferences SET sha256 = ARRAY['9f']");
        answers.add(api.client.get(taskPath + "/receipt").json());
        String failed = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'failed', finished_at = now() WHERE task_id = '" + failed + "'");
        answers.add(api.client.get("/api/v1/projects/p/retention").json());

        List<JsonNode> examples = examples();

        assertThat(examples).hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(fields("", examples.get(i))).isEqualTo(fields("", answers.get(i)));
        }
    }

    private static List<JsonNode> examples() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "api.md"));
        String section = page.substring(page.indexOf("## Legal holds"), page.indexOf("## What is used"));
        return EXAMPLE.matcher(section)
                .results()
                .map(found -> json(found.group(1)))
                .toList();
    }

    /** Names with their paths, but for what a sender may shape; of a list those of its first element. */
    private static List<String> fields(String path, JsonNode json) {
        List<String> names = new ArrayList<>();
        if (json.isArray() && !json.isEmpty()) {
            names.addAll(fields(path + "[]", json.get(0)));
        }
        json.properties().forEach(field -> {
            String name = path + "/" + field.getKey();
            names.add(name);
            if (!name.endsWith("/metadata")) {
                names.addAll(fields(name, field.getValue()));
            }
        });
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
