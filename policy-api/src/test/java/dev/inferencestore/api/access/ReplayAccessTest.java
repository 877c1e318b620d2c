package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask for which replay. There is no Flink, so what is allowed is answered 409, and makes nothing. */
class ReplayAccessTest {
    private static final String PATH = "/api/v1/replays";

    private static GuardedApi api;
    private static Client writer;
    private static Client inputs;
    private static Client reader;
    private static Client admin;
    private static Client farmer;
    private static Client writerOfAll;

    @BeforeAll
    static void start() {
        api = new GuardedApi(
                "--replay.open-topics",
                "open, also-open",
                "--replay.open-paths",
                "s3://captures/{project_id}/, file:///open/, file:///data/{project_id}");
        api.claim("shop");
        api.admin.put(
                "/api/v1/models/shop-1",
                GuardedApi.registration("shop", "[{\"format\": \"plain\", \"topic\": \"shop\"}]"));
        api.register("shop-2", "shop");
        api.register("farm-1", "farm");
        writer = caller("writer", "{\"shop\": [\"writer\"]}");
        inputs = caller("inputs", "{\"shop\": [\"writer\", \"input-reader\"]}");
        reader = caller("reader", "{\"shop\": [\"reader\"]}");
        admin = caller("admin", "{\"shop\": [\"admin\"]}");
        farmer = caller("farmer", "{\"farm\": [\"admin\"]}");
        writerOfAll = caller("writer-of-all", "{\"*\": [\"writer\"]}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic'}}                                         | 409 | 409
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic','topics':['shop','open']}}                | 409 | 409
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic','offsets':{'also-open-0':[0,1]}}}         | 409 | 409
            {'kind':'replay','model_id':'shop-2','source':{'kind':'topic','topics':['shop']}}                       | 403 | 409
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic','topics':['others']}}                     | 403 | 409
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic','offsets':{'others-0':[0,1]}}}            | 403 | 409
            {'kind':'replay','source':{'kind':'topic'}}                                                             | 403 | 409
            {'kind':'replay','model_id':'shop-1','source':{'kind':'topic'},'include_disabled':true}                 | 403 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['s3://captures/shop/a/']}} | 409 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['file:///open/a']}}        | 409 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['s3://captures/farm/a/']}} | 403 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['file:///data/shop','file:///data/shop/','file:///data/shop/a']}} | 409 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['file:///data/shop2/a']}}  | 403 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['file:///data/shop.jsonl']}} | 403 | 409
            {'kind':'replay','as_model':'shop-1','source':{'kind':'files','format':'own','paths':['file:///open/a','file:///etc/']}} | 403 | 409
            {'kind':'replay','as_model':'farm-1','source':{'kind':'files','format':'own','paths':['file:///open/a']}}        | 404 | 409
            {'kind':'replay','model_id':'farm-1','source':{'kind':'topic'}}                                         | 404 | 409
            {'kind':'replay','model_id':'none-1','source':{'kind':'topic'}}                                         | 404 | 404
            {'kind':'re_emit','model_id':'shop-1','topic':'open'}                                                   | 409 | 409
            {'kind':'re_emit','model_id':'shop-1','topic':'inference-store.inferences','as_model':'shop-2'}         | 409 | 409
            {'kind':'re_emit','model_id':'shop-1','topic':'others'}                                                 | 403 | 409
            {'kind':'re_emit','model_id':'shop-1','topic':'shop'}                                                   | 403 | 409
            {'kind':'re_emit','model_id':'shop-1','topic':'open','as_model':'farm-1'}                               | 403 | 409
            {'kind':'re_emit','model_id':'shop-1','topic':'open','as_model':'none-1'}                               | 403 | 409
            """)
    void aWriterReplaysTheirModelsFromWhatIsOpenToThemAndAnAdminOfEverythingAnything(
            String spec, int byWriter, int byAdmin) {
        String body = spec.replace('\'', '"');
        Answer refused = inputs.post(PATH, body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(byWriter);
        assertThat(api.admin.post(PATH, body).status()).isEqualTo(byAdmin);
    }

    @Test
    void aRefusalNamesWhatItIsAbout() {
        Answer refused = inputs.post(
                PATH,
                "{\"kind\":\"replay\",\"model_id\":\"shop-1\",\"source\":{\"kind\":\"topic\",\"topics\":[\"others\"]}}");

        assertThat(refused.errors())
                .isEqualTo("source must name no topics but also-open, inference-store.inferences, open, shop, and not"
                        + " 'others'\n");
    }

    @Test
    void whatIsSentHoldsInputsSoItTakesTheRoleForThem() {
        String body = "{\"kind\":\"re_emit\",\"model_id\":\"shop-1\",\"topic\":\"open\"}";

        assertThat(writer.post(PATH, body).status()).isEqualTo(403);
        assertThat(writer.post(PATH, body).text()).contains("'input-reader'");
        assertThat(inputs.post(PATH, body).status()).isEqualTo(409);
        assertThat(admin.post(PATH, body).status()).isEqualTo(409);
    }

    @Test
    void aWriterOfEveryProjectIsNoAdminOfEverything() {
        assertThat(writerOfAll
                        .post(PATH, "{\"kind\":\"replay\",\"source\":{\"kind\":\"topic\"}}")
                        .status())
                .isEqualTo(403);
        assertThat(writerOfAll
                        .post(PATH, "{\"kind\":\"replay\",\"model_id\":\"farm-1\",\"source\":{\"kind\":\"topic\"}}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void replaysOfOtherProjectsAreAsIfThereWereNone() {
        insert("4b6a2f0c-3a35-4f0e-9d5c-000000000001", "'shop-1'", "'shop'");
        insert("4b6a2f0c-3a35-4f0e-9d5c-000000000002", "NULL", "NULL");
        String ofShop = PATH + "/4b6a2f0c-3a35-4f0e-9d5c-000000000001";
        String ofAll = PATH + "/4b6a2f0c-3a35-4f0e-9d5c-000000000002";

        assertThat(reader.get(ofShop).status()).isEqualTo(200);
        assertThat(farmer.get(ofShop).status()).isEqualTo(404);
        for (Client caller : List.of(reader, admin, farmer)) {
            assertThat(caller.get(ofAll).status()).isEqualTo(404);
        }
        assertThat(writerOfAll.get(ofAll).status()).isEqualTo(200);
        assertThat(reader.get(PATH).json().path("items")).hasSize(1);
        assertThat(farmer.get(PATH).json().path("items")).isEmpty();
        assertThat(api.admin.get(PATH).json().path("items")).hasSize(2);

        assertThat(reader.post(ofShop + "/cancel", "{}").status()).isEqualTo(403);
        assertThat(farmer.post(ofShop + "/cancel", "{}").status()).isEqualTo(404);
        assertThat(writerOfAll.post(ofAll + "/cancel", "{}").status()).isEqualTo(403);
        assertThat(writer.post(ofShop + "/cancel", "{}").status()).isEqualTo(200);
        assertThat(api.admin.post(ofAll + "/cancel", "{}").status()).isEqualTo(200);
    }

    private static void insert(String id, String modelId, String projectId) {
        Jdbi.create(api.store.database()).useHandle(handle -> handle.execute("""
                INSERT INTO replays (replay_id, kind, model_id, project_id, spec, state, requested_by, created_at)
                VALUES ('%s', 'replay', %s, %s, '{"kind": "replay", "source": {"kind": "topic"}}', 'pending', 'ann', now())
                """.formatted(id, modelId, projectId)));
    }

    private static Client caller(String name, String roles) {
        return api.anyone.as(api.token(name, roles).path("token").asText());
    }
}
