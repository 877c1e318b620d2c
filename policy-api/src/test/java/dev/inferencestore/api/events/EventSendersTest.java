package dev.inferencestore.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose events a caller may send. */
class EventSendersTest {
    private static final String BOOTSTRAP = "bootstrap-0123456789-abcdefghijklmnopqrstuvwxyz";
    private static final String OWN = "dev.inferencestore.inference";
    private static final String SELDON = "io.seldon.serving.inference.request";
    private static final String KSERVE = "org.kubeflow.serving.inference.request";

    private static PolicyApi api;
    private static InferencesTopic topic;
    private static Client admin;
    private static Client shop;

    @BeforeAll
    static void start() {
        TestServers.Store store = TestServers.newStore();
        String name = store.topic() + "-inferences";
        topic = InferencesTopic.create(store.bootstrapServers(), name, Map.of());
        api = PolicyApi.start(store.settings(
                false, Map.of("INFERENCE_STORE_AUTH_BOOTSTRAP_TOKEN", BOOTSTRAP), "--kafka.inferences-topic", name));
        admin = new Client(api).as(BOOTSTRAP);
        for (String project : new String[] {"shop", "farm"}) {
            made(admin.put(
                    "/api/v1/projects/" + project + "/claims",
                    "{\"id_prefixes\": [\"" + project + "-\"], \"namespaces\": [\"" + project + "\"]}"));
            made(admin.put(
                    "/api/v1/models/" + project + "-1", "{\"project_id\": \"" + project + "\", \"task_type\": \"t\"}"));
        }
        shop = caller("shop", "{\"shop\": [\"writer\"], \"farm\": [\"reader\"]}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        OWN + ", 'modelid', shop-1, 202",
        OWN + ", 'modelid', farm-1, 403",
        OWN + ", 'modelid', nobodys, 403",
        OWN + ", 'modelid', no/id, 403",
        OWN + ", 'modelid', '', 403",
        // Its body may name any model.
        OWN + ", 'namespace', shop, 403",
        OWN + ".request, 'namespace', shop, 403",
        OWN + ", 'dataschema', shop-1, 403",
        KSERVE + ", 'modelid', shop-1, 202",
        KSERVE + ", 'modelid', '\"shop-1\"', 202",
        KSERVE + ", 'modelid', farm-1, 403",
        KSERVE + ", 'modelid', '\"farm-1\"', 403",
        KSERVE + ", 'namespace', shop, 202",
        KSERVE + ", 'namespace', '\"shop\"', 202",
        KSERVE + ", 'namespace', farm, 403",
        KSERVE + ", 'namespace', nobodys, 403",
        KSERVE + ", 'inferenceservicename', shop, 403",
    })
    void anEventGoesByItsAttributes(String type, String attribute, String value, int status) {
        long before = topic.end();
        Answer answer = send(shop, type, attribute, value);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(topic.end() - before).isEqualTo(status == 202 ? 1 : 0);
        assertThat(send(admin, type, attribute, value).status()).isEqualTo(202);
    }

    @Test
    void whatIsAnothersAndWhatThereIsNotAreRefusedAlike() {
        Answer others = send(shop, OWN, "modelid", "farm-1");
        assertThat(others.textOfAnyCall())
                .isEqualTo(send(shop, OWN, "modelid", "farm-2").textOfAnyCall());
        assertThat(others.json().path("type").asText()).endsWith("forbidden");
        assertThat(send(shop, KSERVE, "namespace", "farm").textOfAnyCall())
                .isEqualTo(send(shop, KSERVE, "namespace", "nobodys").textOfAnyCall());
    }

    @Test
    void ofABatchAllIsTakenOrNothing() {
        long before = topic.end();
        String mine = "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"" + OWN
                + "\", \"modelid\": \"shop-1\"}";
        Answer answer = batch("[" + mine + ", " + mine.replace("shop-1", "farm-1") + "]");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errors())
                .contains("[1].modelid must be a model of such a project")
                .doesNotContain("[0]");
        assertThat(topic.end()).isEqualTo(before);
        assertThat(batch("[" + mine + ", " + mine + "]").status()).isEqualTo(202);
        String two = mine.replace("1.0", "0.2").replace("}", ", \"ModelId\": \"farm-1\"}");
        assertThat(batch("[" + two + "]").status()).isEqualTo(403);
        assertThat(batch("[" + mine.replace("1.0", "0.2") + "]").status()).isEqualTo(202);
        assertThat(batch("[]").status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"writer", "admin"})
    void whoIsAWriterEverywhereSendsAnything(String role) {
        Client everywhere = caller("all-" + role, "{\"*\": [\"" + role + "\"]}");
        assertThat(send(everywhere, OWN, "modelid", "nobodys").status()).isEqualTo(202);
        assertThat(send(everywhere, KSERVE, "namespace", "nobodys").status()).isEqualTo(202);
    }

    @Test
    void aNameThatASourceOfAnotherProjectClaimsIsThatProjects() {
        admin.put(
                "/api/v1/projects/farm/claims",
                "{\"id_prefixes\": [\"farm-\"], \"namespaces\": [\"farm\"], \"topics\": [\"farm-log\"]}");
        String sources = "[{\"format\": \"mlserver\", \"model\": \"shop-2\", \"input_topic\": \"farm-log\"},"
                + " {\"format\": \"modelmesh\", \"model\": \"meshed\", \"topic\": \"farm-log\"}]";
        made(admin.put(
                "/api/v1/models/farm-2",
                "{\"project_id\": \"farm\", \"task_type\": \"t\", \"sources\": " + sources + "}"));
        made(admin.put("/api/v1/models/shop-2", "{\"project_id\": \"shop\", \"task_type\": \"t\"}"));
        Client farm = caller("farm", "{\"farm\": [\"writer\"]}");

        // The job takes this name for farm-2's, although there is a model of that id.
        assertThat(send(shop, SELDON, "modelid", "shop-2").status()).isEqualTo(403);
        assertThat(send(farm, SELDON, "modelid", "shop-2").status()).isEqualTo(202);
        assertThat(send(shop, OWN, "modelid", "shop-2").status()).isEqualTo(202);
        assertThat(mesh(shop, "meshed").status()).isEqualTo(403);
        assertThat(mesh(farm, "meshed").status()).isEqualTo(202);
        assertThat(mesh(shop, "shop-1").status()).isEqualTo(202);
        assertThat(mesh(farm, "shop-1").status()).isEqualTo(403);
    }

    @Test
    void whatModelMeshPostsIsReadBeforeItIsTaken() {
        Answer answer = shop.send(
                "POST",
                "/events",
                "{\"id\": \"1\", \"modelid\": \"shop-1\", \"kind\": \"both\"}",
                "Content-Type",
                "application/json");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).isEqualTo("body kind must be request or response\n");
    }

    private static Answer mesh(Client caller, String model) {
        return caller.send(
                "POST",
                "/events",
                "{\"id\": \"1\", \"modelid\": \"" + model + "\", \"kind\": \"request\", \"data\": \"aGk=\"}",
                "Content-Type",
                "application/json");
    }

    private static Client caller(String name, String roles) {
        Answer token = admin.post("/api/v1/tokens", "{\"name\": \"" + name + "\", \"roles\": " + roles + "}");
        made(token);
        return admin.as(token.json().path("token").asText());
    }

    private static void made(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static Answer batch(String body) {
        return shop.send("POST", "/api/v1/events", body, "Content-Type", "application/cloudevents-batch+json");
    }

    private static Answer send(Client caller, String type, String attribute, String value) {
        return caller.send(
                "POST",
                "/events",
                "{}",
                "Content-Type",
                "application/json",
                "ce-specversion",
                "1.0",
                "ce-id",
                "1",
                "ce-source",
                "s",
                "ce-type",
                type,
                "ce-" + (attribute.equals("namespace") ? "inferenceservicename" : "subject"),
                "any",
                "ce-" + attribute,
                value);
    }
}
