package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the API shows answers about access as they are, and takes what it says to send. */
class AccessPageTest {
    private static final Pattern SENT = Pattern.compile("-d '(\\{.*?})'", Pattern.DOTALL);
    private static final Pattern ANSWERED = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void itShowsWhatIsAnswered() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "api.md"));
        String section =
                page.substring(page.indexOf("## Who may do what"), page.indexOf("## How long things are kept"));
        List<String> sent = found(SENT, section);
        List<String> answered = found(ANSWERED, section);
        assertThat(sent).hasSize(3);
        assertThat(answered).hasSize(2);
        try (GuardedApi api = new GuardedApi()) {
            var grant = api.admin.put("/api/v1/projects/shop/grants/group:ml-team", sent.get(0));
            var token = api.admin.post("/api/v1/tokens", sent.get(1));
            var claims = api.admin.put("/api/v1/projects/shop/claims", sent.get(2));

            assertThat(List.of(grant.status(), token.status(), claims.status())).containsOnly(201);
            assertThat(fields(grant.json())).isEqualTo(fields(new ObjectMapper().readTree(answered.get(0))));
            assertThat(fields(token.json())).isEqualTo(fields(new ObjectMapper().readTree(answered.get(1))));
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static List<String> fields(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.properties().forEach(field -> names.add(field.getKey()));
        return names;
    }
}
