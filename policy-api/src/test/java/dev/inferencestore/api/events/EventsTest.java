package dev.inferencestore.api.events;

import static dev.inferencestore.api.events.InferencesTopic.headers;
import static dev.inferencestore.api.events.InferencesTopic.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.Formats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
    private static final int LARGEST = 200_000;
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static PolicyApi api;
    private static Client client;
    private static InferencesTopic topic;
    private long before;

    @BeforeAll
    static void start() {
        TestServers.Store store = TestServers.newStore();
        String name = store.topic() + "-inferences";
        topic = InferencesTopic.create(
                store.bootstrapServers(), name, Map.of("max.message.bytes", String.valueOf(LARGEST)));
        api = PolicyApi.start(store.settings(false, "--kafka.inferences-topic", name, "--events.max-body", "1 MiB"));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void remember() {
        before = topic.end();
    }

    @Test
    void whatAKserveLoggerSendsArrivesAsABridgeWouldHandItOn() {
        String metadata = "{\"User-Agent\":[\"curl/8 (x)\"],\"Path\":[\"/a%20b\"]}";
        Answer answer = client.send(
                "POST",
                "/api/v1/events",
                "{\"instances\": [[1.10, 2]]}",
                "Content-Type",
                "application/json",
                "Ce-Specversion",
                "1.0",
                "Ce-Id",
                "5f0c",
                "Ce-Source",
                "http://localhost:9081/a%20b",
                "Ce-Type",
                "org.kubeflow.serving.inference.request",
                "Ce-Inferenceservicename",
                "iris",
                "Ce-Namespace",
                "prod",
                "Ce-Component",
                "predictor",
                "Ce-Metadata",
                metadata,
                "traceparent",
                TRACE,
                "tracestate",
                "a=b",
                "X-Other",
                "stays here");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        ConsumerRecord<byte[], byte[]> record = only();
        assertThat(text(record.key())).isEqualTo("prod/iris");
        assertThat(text(record.value())).isEqualTo("{\"instances\": [[1.10, 2]]}");
        assertThat(headers(record))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_id", "5f0c"),
                        Map.entry("ce_source", "http://localhost:9081/a%20b"),
                        Map.entry("ce_type", "org.kubeflow.serving.inference.request"),
                        Map.entry("ce_inferenceservicename", "iris"),
                        Map.entry("ce_namespace", "prod"),
                        Map.entry("ce_component", "predictor"),
                        Map.entry("ce_metadata", metadata),
                        Map.entry("content-type", "application/json"),
                        Map.entry("traceparent", TRACE),
                        Map.entry("tracestate", "a=b")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"0.2, '\"iris\"', /iris", "0.3, '\"iris\"', /iris", "0.3, iris, /iris"})
    void oldLoggersAreTakenAsTheyAre(String version, String service, String key) {
        assertThat(client.send(
                                "POST",
                                "/events",
                                "{}",
                                "CE-SpecVersion",
                                version,
                                "CE-ID",
                                "7",
                                "CE-Source",
                                "http://localhost/",
                                "CE-Type",
                                "org.kubeflow.serving.inference.response",
                                "CE-Inferenceservicename",
                                service)
                        .status())
                .isEqualTo(202);
        assertThat(text(only().key())).isEqualTo(key);
        assertThat(headers(only()))
                .containsEntry("ce_inferenceservicename", service)
                .containsEntry("ce_specversion", version)
                .doesNotContainKey("content-type");
    }

    @Test
    void whatIsPercentEncodedIsDecoded() {
        post(
                "x",
                "ce-metadata",
                "{%22city%22:%22Z%C3%BCrich%20100%25%22}",
                "ce-odd",
                "100%",
                "ce-cut",
                "a%C3",
                "ce-action",
                "de%74ect");
        assertThat(headers(only()))
                .containsEntry("ce_metadata", "{\"city\":\"Zürich 100%\"}")
                .containsEntry("ce_odd", "100%")
                .containsEntry("ce_cut", "a%C3")
                .containsEntry("ce_action", "detect");
    }

    @Test
    void utf8ThatIsNotEncodedIsTakenAsUtf8() throws IOException {
        String request = String.join(
                "\r\n",
                "POST /events HTTP/1.1",
                "Host: x",
                "Connection: close",
                "Content-Length: 0",
                "ce-specversion: 1.0",
                "ce-id: 1",
                "ce-source: s",
                "ce-type: t",
                "ce-city: Zürich",
                "",
                "");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            assertThat(text(socket.getInputStream().readAllBytes())).startsWith("HTTP/1.1 202");
        }
        assertThat(headers(only())).containsEntry("ce_city", "Zürich");
    }

    @Test
    void whatTheJobReadsIsTheSameHoweverItWasSent() throws Exception {
        String[] documents = {
            "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00.123456Z\",\"datacontenttype\":\"application/json\","
                    + "\"data\":{\"output\": {\"score\": 1.10}, \"input\": {\"data\": \"x\"}}}",
            "{\"specversion\":\"1.0\",\"id\":\"b\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference.request\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00Z\",\"datacontenttype\":\"image/png\",\"data_base64\":\"iVBORw0=\"}",
            "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference.response\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00Z\",\"data\":[1.0,  2]}",
            "{\"specversion\":\"1.0\",\"id\":\"d\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference.response\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00Z\",\"datacontenttype\":\"text/plain\",\"data\":\"a \\\"b\\\"\"}",
            "{\"specversion\":\"0.3\",\"id\":\"e\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference.request\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00Z\",\"datacontenttype\":\"image/png\","
                    + "\"datacontentencoding\":\"base64\",\"data\":\"iVBORw0=\"}",
            "{\"specversion\":\"1.0\",\"id\":\"f\",\"source\":\"s\",\"type\":\"dev.inferencestore.inference.request\","
                    + "\"modelid\":\"m\",\"time\":\"2026-03-01T12:00:00Z\"}"
        };
        for (String document : documents) {
            assertThat(client.send("POST", "/api/v1/events", document, "Content-Type", STRUCTURED + "; charset=utf-8")
                            .status())
                    .as(document)
                    .isEqualTo(202);
        }
        assertThat(client.send("POST", "/events", "[" + String.join(" ,\n", documents) + "]", "Content-Type", BATCH)
                        .json()
                        .path("accepted")
                        .asInt())
                .isEqualTo(documents.length);

        List<ConsumerRecord<byte[], byte[]>> records = topic.from(before);
        assertThat(records).hasSize(2 * documents.length);
        for (int i = 0; i < records.size(); i++) {
            String document = documents[i % documents.length];
            assertThat(headers(records.get(i))).as(document).containsEntry("ce_modelid", "m");
            assertThat(headers(records.get(i))).doesNotContainKeys("ce_datacontenttype", "ce_datacontentencoding");
            assertThat(decoded(InferencesTopic.raw(records.get(i))))
                    .as(document)
                    .usingRecursiveComparison()
                    .isEqualTo(decoded(structured(document, records.get(i).timestamp())));
        }
    }

    @Test
    void theKeyIsTheModelWhereTheEventSaysIt() {
        post("x", "ce-modelid", "churn");
        assertThat(text(only().key())).isEqualTo("churn");
    }

    @Test
    void theKeyIsTheIdOfTheEventWhereNothingNamesTheModel() {
        post("x");
        assertThat(text(only().key())).isEqualTo("id:i-1");
    }

    @Test
    void anEventWithoutDataIsNoTombstone() {
        post("");
        assertThat(only().value()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void whatIsNoTraceContextIsLeftOut(String traceParent) {
        post("x", "traceparent", traceParent, "tracestate", "a=b");
        assertThat(headers(only())).doesNotContainKeys("traceparent", "tracestate");
    }

    @Test
    void attributesThatBreakRulesAreNamed() {
        Answer answer = client.send(
                "POST", "/events", "x", "ce-specversion", "1.0", "ce-source", "s", "ce-id", "", "ce-time", "yesterday");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors())
                .contains("ce-id must be given")
                .contains("ce-type must be given")
                .contains("ce-time breaks a rule of CloudEvents")
                .doesNotContain("ce-source");
        assertThat(topic.end()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "0.1", "abc"})
    void versionsThatNobodyKnowsAreRefused(String version) {
        Answer answer = client.send(
                "POST", "/events", "x", "ce-specversion", version, "ce-source", "s", "ce-id", "i", "ce-type", "t");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).isEqualTo("ce-specversion must be 1.0, 0.3 or 0.2 (it is '" + version + "')\n");
    }

    @Test
    void anAttributeThatStandsTwiceIsRefused() {
        Answer answer = client.send(
                "POST",
                "/events",
                "x",
                "ce-specversion",
                "1.0",
                "ce-source",
                "s",
                "ce-id",
                "i",
                "ce-type",
                "t",
                "ce-x",
                "1",
                "ce-x",
                "2");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).isEqualTo("ce-x must be sent once\n");
    }

    @Test
    void ofABatchWithOneWrongEventNothingIsPublished() {
        String good = "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\",\"type\":\"t\"}";
        String bad = "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\"}";
        Answer answer = client.send("POST", "/events", "[" + good + "," + bad + "]", "Content-Type", BATCH);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).isEqualTo("[1].type must be given, and not be empty\n");
        assertThat(topic.end()).isEqualTo(before);
    }

    @Test
    void anEmptyBatchIsTakenAndIsNothing() {
        Answer answer = client.send("POST", "/events", "[]", "Content-Type", BATCH);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("accepted").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                STRUCTURED + "|{|400",
                STRUCTURED + "|[]|422",
                STRUCTURED + "|{\"id\":\"a\",\"id\":\"b\"}|422",
                STRUCTURED + "|{\"id\":{}}|422",
                STRUCTURED + "|{\"data_base64\":\"*\"}|422",
                BATCH + "|{}|422",
                BATCH + "|[1]|422",
                BATCH + "|[{]|400",
                "application/json|{}|415",
                "application/cloudevents+xml|<a/>|415",
                "application/cloudevents+avro|x|415"
            })
    void whatCannotBeReadIsRefused(String type, String body, int status) {
        Answer answer = client.send("POST", "/events", body, "Content-Type", type);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(topic.end()).isEqualTo(before);
    }

    @Test
    void aCompressedBodyIsRefused() {
        assertThat(post0("x", "Content-Encoding", "gzip").status()).isEqualTo(415);
    }

    @Test
    void aBodyThatIsTooLargeIsToldWhatToDo() {
        Answer answer = post0("x".repeat(1 << 20) + "x");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("detail").asText())
                .contains("1048576 bytes (events.max-body)", "max.message.bytes");
    }

    @Test
    void anEventThatTheTopicDoesNotTakeIsToldSo() {
        Answer answer = post0("x".repeat(LARGEST));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("detail").asText()).contains("max.message.bytes");
        assertThat(topic.end()).isEqualTo(before);
        assertThat(client.get("/metrics").text()).contains("inference_store_events_in_flight_bytes 0.0");
    }

    @Test
    void ofABatchTheAnswerSaysWhichEventsTheTopicDoesNotTake() {
        String envelope = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"s\",\"type\":\"t\",\"data\":\"%s\"}";
        Answer answer = client.send(
                "POST",
                "/events",
                "[" + envelope.formatted("small", "x") + "," + envelope.formatted("large", "x".repeat(LARGEST)) + "]",
                "Content-Type",
                BATCH);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("detail").asText()).startsWith("1 of 2 events are larger");
        assertThat(answer.errors()).isEqualTo("[1] is larger than the topic takes\n");
        assertThat(headers(only())).containsEntry("ce_id", "small");
    }

    @Test
    void tenThousandEventsAllArriveOnceEach() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                String id = "single-" + i;
                calls.add(() -> client.send(
                                "POST",
                                "/events",
                                "x",
                                "ce-specversion",
                                "1.0",
                                "ce-source",
                                "s",
                                "ce-id",
                                id,
                                "ce-type",
                                "t")
                        .status());
            }
            for (int batch = 0; batch < 50; batch++) {
                List<String> envelopes = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    envelopes.add("{\"specversion\":\"1.0\",\"id\":\"batch-" + batch + "-" + i
                            + "\",\"source\":\"s\",\"type\":\"t\",\"data\":" + i + "}");
                }
                calls.add(() -> client.send("POST", "/events", envelopes.toString(), "Content-Type", BATCH)
                        .status());
            }
            for (Future<Integer> call : senders.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(202);
            }
        } finally {
            senders.shutdown();
        }
        List<ConsumerRecord<byte[], byte[]>> records = topic.from(before);
        Set<String> ids = new HashSet<>();
        records.forEach(record -> ids.add(headers(record).get("ce_id")));
        assertThat(records).hasSize(10_000);
        assertThat(ids).hasSize(10_000);
    }

    private ConsumerRecord<byte[], byte[]> only() {
        List<ConsumerRecord<byte[], byte[]>> records = topic.from(before);
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static void post(String body, String... headers) {
        Answer answer = post0(body, headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    private static Answer post0(String body, String... headers) {
        List<String> all =
                new ArrayList<>(List.of("ce-specversion", "1.0", "ce-source", "s", "ce-id", "i-1", "ce-type", "t"));
        all.addAll(List.of(headers));
        return client.send("POST", "/api/v1/events", body, all.toArray(String[]::new));
    }

    private static List<Inference> decoded(RawEvent event) throws BadEvent {
        return new Formats().begin(event, null).decode().inferences();
    }

    private static RawEvent structured(String document, long timestamp) {
        return new RawEvent(
                "t",
                0,
                0,
                timestamp,
                null,
                document.getBytes(StandardCharsets.UTF_8),
                List.of(new EventHeader("content-type", STRUCTURED.getBytes(StandardCharsets.UTF_8))));
    }
}
