package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.Tables;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.api.openapi.Document.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of wrong requests, made from the description: each is refused as it says, and nothing is changed. */
class WalkTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_SHOWN = 20;

    private static final Map<String, Map<Integer, Integer>> COUNTS = new TreeMap<>();
    private static PolicyApi api;
    private static Document document;
    private static Described described;
    private static Wire wire;
    private static Jdbi database;
    private static long started;

    @BeforeAll
    static void start() {
        TestServers.Store store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        Fixture.make(new Client(api));
        document = Document.of("http://127.0.0.1:" + api.port());
        described = new Described(document);
        wire = new Wire(api.port());
        database = Jdbi.create(store.database());
        started = System.nanoTime();
    }

    @AfterAll
    static void stop() {
        wire.close();
        api.close();
        System.out.println(table());
    }

    static Stream<Operation> calls() {
        return document.operations().stream().filter(call -> call.path().startsWith("/api/"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nothingWrongIsTaken(Operation call) {
        List<Mistake> mistakes = new ArrayList<>();
        String target = Fixture.fill(call.path());
        if (document.resolve(call.json().path("requestBody")).path("content").has("application/json")) {
            new BodyMistakes(document, described, call, target, mistakes::add).make();
        }
        new AddressMistakes(document, described, call, target, sound(call), mistakes::add).make(call.path());
        assertThat(mistakes).hasSizeGreaterThan(15);
        Map<String, String> before = Tables.digests(database);

        List<String> wrong = mistakes.stream()
                .map(mistake -> wrong(mistake, answer(mistake)))
                .filter(text -> !text.isEmpty())
                .toList();

        assertThat(wrong.stream().limit(MOST_SHOWN))
                .as("%d of %d", wrong.size(), mistakes.size())
                .isEmpty();
        assertThat(Tables.digests(database)).isEqualTo(before);
    }

    /** Such as would be taken, were the address not wrong. */
    private static byte[] sound(Operation call) {
        JsonNode content = document.resolve(call.json().path("requestBody"))
                .path("content")
                .path("application/json");
        JsonNode example = content.has("example")
                ? content.path("example")
                : document.resolve(content.path("schema")).path("examples").path(0);
        return example.isMissingNode() ? new byte[0] : example.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Received answer(Mistake mistake) {
        Received answer = wire.send(mistake.method(), mistake.target(), mistake.headers(), mistake.body());
        COUNTS.computeIfAbsent(mistake.kind(), kind -> new TreeMap<>()).merge(answer.status(), 1, Integer::sum);
        return answer;
    }

    /** What is wrong with an answer; nothing where all is well. */
    private static String wrong(Mistake mistake, Received answer) {
        List<String> wrong = new ArrayList<>();
        if (!mistake.statuses().contains(answer.status())) {
            wrong.add("the status is not in " + new TreeSet<>(mistake.statuses()));
        }
        if (answer.type().equals("application/problem+json")) {
            checkProblem(mistake, answer, wrong);
        } else {
            wrong.add("it is '" + answer.type() + "'");
        }
        if (wrong.isEmpty() && answer.status() != 405 && answer.status() != 414) {
            try {
                described.check(mistake.method(), mistake.target(), "", answer);
            } catch (AssertionError difference) {
                wrong.add(difference.getMessage());
            }
        }
        return wrong.isEmpty() ? "" : "\n" + mistake + "\n -> " + answer + "\n    " + String.join("; ", wrong);
    }

    private static void checkProblem(Mistake mistake, Received answer, List<String> wrong) {
        JsonNode problem = json(answer.body());
        for (String member : List.of("type", "title", "detail", "instance", "request_id")) {
            if (problem.path(member).asText().isBlank()) {
                wrong.add("it has no " + member);
            }
        }
        if (problem.path("status").asInt() != answer.status()) {
            wrong.add("it has another status");
        }
        if (answer.status() == 422 && !names(problem.path("errors"), mistake.field())) {
            wrong.add("it does not name " + mistake.field());
        }
        if (answer.status() == 405 && !answer.header("Allow").contains("OPTIONS")) {
            wrong.add("it does not say which methods there are");
        }
        if (answer.body().matches("(?s).*(Exception|java\\.|org\\.|dev\\.inferencestore|jetty|\\bat [a-z]+\\.).*")) {
            wrong.add("it shows what it is made of");
        }
    }

    private static boolean names(JsonNode errors, String field) {
        for (JsonNode error : errors) {
            String named = error.path("field").asText();
            if (named.startsWith(field) || (!named.isEmpty() && field.startsWith(named))) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException notJson) {
            return JSON.createObjectNode();
        }
    }

    private static String table() {
        TreeSet<Integer> statuses = new TreeSet<>();
        COUNTS.values().forEach(counts -> statuses.addAll(counts.keySet()));
        StringBuilder table = new StringBuilder("Wrong requests by kind and status:\n%-28s".formatted(""));
        statuses.forEach(status -> table.append("%7d".formatted(status)));
        int all = 0;
        for (var row : COUNTS.entrySet()) {
            table.append("\n%-28s".formatted(row.getKey()));
            for (int status : statuses) {
                int count = row.getValue().getOrDefault(status, 0);
                all += count;
                table.append(count == 0 ? "      -" : "%7d".formatted(count));
            }
        }
        return table + "\n" + all + " in all, in " + (System.nanoTime() - started) / 1_000_000 + " ms";
    }
}
