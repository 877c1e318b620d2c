package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.ReplayApi.PATH;
import static dev.inferencestore.api.deadletter.ReplayApi.THEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How much a call replays, where the next one goes on, and what it says. */
class DeadLetterReplayTest {
    private static ReplayApi api;

    @BeforeAll
    static void start() {
        api = new ReplayApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void manyGoCallByCallAndWhatComesMeanwhileIsNotAmongThem() {
        api.letters.write(IntStream.range(0, 2500)
                .mapToObj(i -> TestLetter.of("many")
                        .from(api.inferences.name(), 0, 100_000 + i, THEN)
                        .on(api.letters, i % 2))
                .toList());
        String body = "{\"filter\": {\"model_id\": \"many\"}}";
        int replayed = 0;
        int calls = 0;
        String cursor = "";
        do {
            JsonNode answer = api.replay(body, cursor);
            assertThat(answer.path("replayed").asInt()).isLessThanOrEqualTo(1000);
            replayed += answer.path("replayed").asInt();
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
            assertThat(answer.path("scanned_until").isNull()).isEqualTo(cursor.isEmpty());
            calls++;
            // As an event that fails again.
            api.write(TestLetter.of("many").from(api.inferences.name(), 0, 200_000 + calls, THEN));
        } while (!cursor.isEmpty());

        assertThat(replayed).isEqualTo(2500);
        assertThat(calls).isBetween(3, 10);
        assertThat(ReplayApi.remembered(api.database)).isGreaterThanOrEqualTo(2500);
    }

    @Test
    void namedOnesAreFoundWhereverTheyStand() {
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            wanted.add(api.write(TestLetter.of("picked").from(api.inferences.name(), 0, 50_000 + i, THEN)));
            api.letters.write(IntStream.range(0, 300)
                    .mapToObj(j -> TestLetter.of("between").on(api.letters, 0))
                    .toList());
        }
        List<String> unknown = List.of("0-99999999", "1-99999999", "7-0");

        JsonNode answer = api.replay(
                "{\"ids\": [\"" + String.join("\", \"", wanted) + "\", \"" + String.join("\", \"", unknown) + "\"]}");

        assertThat(ReplayApi.counts(answer)).isEqualTo("matched 3, replayed 3, skipped 0, cannot 3");
        assertThat(answer.path("cannot").findValuesAsText("id")).containsExactlyElementsOf(unknown);
        assertThat(answer.path("cannot").findValuesAsText("reason")).containsOnly("unknown_letter");
        for (String id : wanted) {
            assertThat(ReplayApi.sent(api.inferences, id)).hasSize(1);
        }
    }

    @Test
    void manyNamedOnesGoOnWhereACallEnded() {
        byte[] value = new byte[100_000];
        long last = api.letters
                .write(IntStream.range(0, 400)
                        .mapToObj(i -> TestLetter.of("heavy")
                                .value(value)
                                .from(api.inferences.name(), 0, 70_000 + i, THEN)
                                .on(api.letters, 1))
                        .toList())
                .offset();
        String body = "{\"ids\": ["
                + String.join(
                        ", ",
                        IntStream.range(0, 400)
                                .mapToObj(i -> "\"1-" + (last - i) + "\"")
                                .toList())
                + "]}";
        int replayed = 0;
        int calls = 0;
        String cursor = "";
        do {
            JsonNode answer = api.replay(body, cursor);
            replayed += answer.path("replayed").asInt();
            assertThat(answer.path("cannot")).isEmpty();
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
            calls++;
        } while (!cursor.isEmpty());

        // 32 MiB a call at the most.
        assertThat(calls).isBetween(2, 8);
        assertThat(replayed).isEqualTo(400);
    }

    @Test
    void twoAtOnceDoNotDisturbEachOther() {
        api.letters.write(IntStream.range(0, 300)
                .mapToObj(i -> TestLetter.of("both")
                        .from(api.inferences.name(), 0, 20_000 + i, THEN)
                        .on(api.letters, 0))
                .toList());
        String body = "{\"filter\": {\"model_id\": \"both\"}}";

        List<JsonNode> answers =
                Stream.generate(() -> CompletableFuture.supplyAsync(() -> api.replay(body))).limit(3).toList().stream()
                        .map(CompletableFuture::join)
                        .toList();

        assertThat(answers.stream()
                        .mapToInt(each -> each.path("replayed").asInt())
                        .sum())
                .isEqualTo(300);
        assertThat(answers.stream()
                        .mapToInt(each -> each.path("skipped").asInt())
                        .sum())
                .isEqualTo(600);
    }

    @Test
    void bodiesThatMeanNothingAreRefused() {
        assertThat(refused("{}")).isEqualTo("filter must be given, or ids, and not both\n");
        assertThat(refused("{\"ids\": [\"0-1\"], \"filter\": {\"reason\": \"x\"}}"))
                .isEqualTo("filter must be given, or ids, and not both\n");
        assertThat(refused("{\"filter\": {}}")).contains("filter must have at least one field");
        assertThat(refused("{\"ids\": []}")).contains("ids must be a list of 1 to 1000 texts");
        assertThat(refused("{\"ids\": [\"0-1\", \"x\"]}")).contains("ids[1] must be the id of a dead letter, as 0-17");
        assertThat(refused("{\"filter\": {\"reason\": \"Not JSON\", \"model_id\": \"/\", \"topic\": \"a b\"}}"))
                .contains("filter.reason must be")
                .contains("filter.model_id must be")
                .contains("filter.topic must be");
        assertThat(refused("{\"filter\": {\"start\": \"2026-01-02T00:00:00Z\", \"end\": \"2026-01-01T00:00:00Z\"}}"))
                .isEqualTo("filter.end must be after start\n");
        String ofIds = "aWRzOjAtMQ";
        assertThat(api.client
                        .post(PATH + "/replay?cursor=djE6" + ofIds, "{\"filter\": {\"reason\": \"x\"}}")
                        .errors())
                .isEqualTo("cursor must be the next_cursor of a call with the same body\n");
        assertThat(api.client
                        .post(PATH + "/replay?cursor=djE6MC0x", "{\"ids\": [\"0-1\"]}")
                        .errors())
                .isEqualTo("cursor must be the next_cursor of a call with the same body\n");
    }

    @Test
    void aDryRunOnlySays() {
        api.write(TestLetter.of("dry").from(api.inferences.name(), 0, 201, THEN));
        api.write(TestLetter.of("dry").from("of-nobody", 0, 1, THEN));
        Map<String, String> tables = Tables.digests(api.database);
        int events = api.inferences.all().size();

        assertThat(ReplayApi.counts(api.replay("{\"filter\": {\"model_id\": \"dry\"}, \"dry_run\": true}")))
                .isEqualTo("matched 1, replayed 0, skipped 0, cannot 1");

        assertThat(Tables.digests(api.database)).isEqualTo(tables);
        assertThat(api.inferences.all()).hasSize(events);
    }

    @Test
    void thePageOfTheApiShowsWhatIsAnswered() throws IOException {
        String id = api.write(TestLetter.of("page").from("of-nobody", 0, 1, THEN));
        String page = Files.readString(Path.of("..", "docs", "api.md"));
        String section = page.substring(page.indexOf("## Dead letters"), page.indexOf("## Asking again"));
        List<JsonNode> shown = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(found -> json(found.group(1)))
                .toList();
        JsonNode list = api.client.get(PATH + "?model_id=page").json();
        JsonNode replay = api.replay("{\"ids\": [\"" + id + "\"]}");

        assertThat(shown).hasSize(2);
        assertThat(fields(shown.get(0))).isEqualTo(fields(list));
        assertThat(fields(shown.get(0).at("/items/0"))).isEqualTo(fields(list.at("/items/0")));
        assertThat(fields(shown.get(1))).isEqualTo(fields(replay));
        assertThat(fields(shown.get(1).at("/cannot/0"))).isEqualTo(fields(replay.at("/cannot/0")));
        for (Cannot why : Cannot.values()) {
            assertThat(section).contains("| `" + why.code() + "` |");
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException notJson) {
            throw new AssertionError(text, notJson);
        }
    }

    private static List<String> fields(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.properties().forEach(field -> names.add(field.getKey()));
        return names;
    }

    private static String refused(String body) {
        Answer answer = api.client.post(PATH + "/replay", body);
        assertThat(answer.status()).isEqualTo(422);
        return answer.errors();
    }
}
