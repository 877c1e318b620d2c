package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which ids and sources the models of a project may have, and that none is two models'. */
class ClaimTest {
    private static final String MODELS = "/api/v1/models/";

    private static GuardedApi api;
    private static Client shop;
    private static Client farm;

    @BeforeAll
    static void start() {
        api = new GuardedApi();
        api.claim("shop");
        api.claim("farm");
        shop = api.anyone.as(api.token("shop-writer", "shop", Role.WRITER));
        farm = api.anyone.as(api.token("farm-writer", "farm", Role.WRITER));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void claimsAreSetShownAndDeletedByVersion() {
        String path = "/api/v1/projects/mine/claims";
        String body = "{\"id_prefixes\": [\"mine-\", \"m1-\"], \"namespaces\": [\"mine\"]}";
        Answer made = api.admin.put(path, body, "If-None-Match", "*");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.json().path("id_prefixes").toString()).isEqualTo("[\"m1-\",\"mine-\"]");
        assertThat(made.json().path("topics").toString()).isEqualTo("[]");
        assertThat(api.admin.put(path, body).header("ETag")).isEqualTo("\"1\"");
        assertThat(api.admin
                        .put(path, "{\"id_prefixes\": [\"x-\"]}", "If-Match", "\"9\"")
                        .status())
                .isEqualTo(412);
        assertThat(api.admin.get(path).json().path("version").asInt()).isEqualTo(1);
        assertThat(api.admin.delete(path, "If-Match", "\"1\"").status()).isEqualTo(200);
        assertThat(api.admin.get(path).status()).isEqualTo(404);
        assertThat(api.admin.put(path, body).json().path("version").asInt()).isEqualTo(3);
        JsonNode audit = api.admin.get("/api/v1/audit?project_id=mine").json().path("items");
        assertThat(audit)
                .extracting(entry -> entry.path("action").asText())
                .containsExactly("claims.set", "claims.deleted", "claims.set");
        assertThat(api.admin.put(path, "{\"namespaces\": [\"mine\"]}").errors()).contains("id_prefixes must be given");
    }

    @Test
    void noNameIsTwoProjects() {
        for (String names : List.of(
                "{\"id_prefixes\": [\"z-\"], \"namespaces\": [\"a\", \"shop\"]}",
                "{\"id_prefixes\": [\"z-\"], \"topics\": [\"shop\"]}",
                "{\"id_prefixes\": [\"shop-\"]}",
                "{\"id_prefixes\": [\"shop-special-\"]}",
                "{\"id_prefixes\": [\"s\"]}")) {
            Answer refused = api.admin.put("/api/v1/projects/third/claims", names);
            assertThat(refused.status()).as(names).isEqualTo(409);
            assertThat(refused.text()).contains("'shop'");
        }
    }

    @Test
    void twoAtOnceDoNotClaimOneName() {
        List<CompletableFuture<Answer>> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            claims.add(api.admin.putLater(
                    "/api/v1/projects/race-" + i + "/claims",
                    "{\"id_prefixes\": [\"race-" + i + "-\", \"contested-\"]}"));
        }

        assertThat(claims.stream().map(claim -> claim.join().status()).sorted().toList())
                .containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
    }

    @Test
    void whatIsInsideIsRegistered() {
        Answer made = shop.put(
                MODELS + "shop-inside",
                GuardedApi.registration(
                        "shop",
                        "[{\"format\": \"kserve\", \"namespace\": \"shop\", \"inference_service\": \"a\"},"
                                + " {\"format\": \"plain\", \"topic\": \"shop\"}]"));

        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    @Test
    void whatIsOutsideIsRefusedByItsField() {
        Answer refused = shop.put(
                MODELS + "other-name",
                GuardedApi.registration(
                        "shop",
                        "[{\"format\": \"kserve\", \"namespace\": \"farm\", \"inference_service\": \"a\"}, {\"format\": \"plain\", \"topic\": \"farm\"},"
                                + " {\"format\": \"kserve\", \"inference_service\": \"anywhere\"}]"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errors())
                .contains("model_id must begin with an id prefix of project 'shop': it has shop-")
                .contains("sources[0].namespace must be a namespace of project 'shop': it has shop")
                .contains("sources[1].topic must be a topic of project 'shop': it has shop")
                .contains("sources[2] must name a namespace or a topic of project 'shop'");
    }

    @Test
    void aProjectWithoutClaimsIsForAnAdminOfEverything() {
        Client writer = api.anyone.as(api.token("bare-writer", "bare", Role.WRITER));

        Answer refused = writer.put(MODELS + "bare-1", GuardedApi.registration("bare"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("project 'bare' has no claims", "an admin of everything");
        assertThat(api.admin
                        .put(MODELS + "bare-1", GuardedApi.registration("bare"))
                        .status())
                .isEqualTo(201);
        Answer taken = api.admin.put(MODELS + "shop-of-bare", GuardedApi.registration("bare"));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.text()).contains("'shop-' is among the id_prefixes that another project has claimed");
    }

    @Test
    void registeringTellsNothingOfIdsThatOthersHave() {
        api.register("farm-secret", "farm");

        // Neither by where it fails ...
        String taken = shop.put(MODELS + "farm-secret", GuardedApi.registration("shop"))
                .textOfAnyCall();
        String free = shop.put(MODELS + "farm-nobody", GuardedApi.registration("shop"))
                .textOfAnyCall();
        assertThat(taken.replace("farm-secret", "farm-nobody")).isEqualTo(free);
        // ... nor by a body that is wrong, or a precondition ...
        assertThat(shop.put(MODELS + "farm-secret", "{").textOfAnyCall().replace("farm-secret", "farm-nobody"))
                .isEqualTo(shop.put(MODELS + "farm-nobody", "{").textOfAnyCall());
        assertThat(shop.put(MODELS + "farm-secret", GuardedApi.registration("shop"), "If-None-Match", "*")
                        .status())
                .isEqualTo(422);
        // ... nor in the project itself.
        taken = shop.put(MODELS + "farm-secret", GuardedApi.registration("farm"))
                .textOfAnyCall();
        free = shop.put(MODELS + "farm-nobody", GuardedApi.registration("farm")).textOfAnyCall();
        assertThat(taken.replace("farm-secret", "farm-nobody")).isEqualTo(free);
        assertThat(free).contains("takes the role 'writer'");
    }

    @Test
    void anIdOfAnotherProjectIsNotTakenOverNotEvenWhenItIsUnregistered() {
        api.claim("old");
        api.register("old-model", "old");
        api.admin.delete("/api/v1/projects/old/claims");
        assertThat(api.admin
                        .put("/api/v1/projects/new/claims", "{\"id_prefixes\": [\"old-\"]}")
                        .status())
                .isEqualTo(201);
        Client writer = api.anyone.as(api.token("new-writer", "new", Role.WRITER));
        String noRole = writer.put(MODELS + "old-model", GuardedApi.registration("shop"))
                .textOfAnyCall();

        Answer registered = writer.put(MODELS + "old-model", GuardedApi.registration("new"));
        assertThat(registered.status()).isEqualTo(403);
        assertThat(registered.textOfAnyCall().replace("'new'", "'shop'")).isEqualTo(noRole);
        assertThat(api.admin.delete(MODELS + "old-model").status()).isEqualTo(200);
        assertThat(writer.put(MODELS + "old-model", GuardedApi.registration("new"))
                        .status())
                .isEqualTo(403);
        assertThat(writer.get(MODELS + "old-model/retention-tasks").status()).isEqualTo(404);
        Client both = api.anyone.as(api.token("both", "{\"new\": [\"writer\"], \"old\": [\"writer\"]}")
                .path("token")
                .asText());
        assertThat(both.put(MODELS + "old-model", GuardedApi.registration("new"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aSourceIsOneModels() {
        String source = "[{\"format\": \"kserve\", \"namespace\": \"shop\", \"inference_service\": \"one\"}]";
        String more =
                "[{\"format\": \"kserve\", \"namespace\": \"shop\", \"inference_service\": \"one\", \"component\": \"x\"}]";
        assertThat(shop.put(MODELS + "shop-one", GuardedApi.registration("shop", source))
                        .status())
                .isEqualTo(201);

        Answer refused = shop.put(MODELS + "shop-two", GuardedApi.registration("shop", source));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asText())
                .isEqualTo("sources[0], kserve shop/one/predictor, is claimed by model 'shop-one' of project 'shop'");
        assertThat(shop.put(MODELS + "shop-two", GuardedApi.registration("shop", more))
                        .status())
                .isEqualTo(201);
        assertThat(shop.put(MODELS + "shop-one", GuardedApi.registration("shop", source))
                        .status())
                .isEqualTo(200);
        api.admin.delete(MODELS + "shop-one");
        assertThat(shop.put(MODELS + "shop-two", GuardedApi.registration("shop", source))
                        .status())
                .isEqualTo(200);
        assertThat(shop.put(MODELS + "shop-one", GuardedApi.registration("shop", source))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void whoseSourceItIsIsSaidToThoseOnlyWhoMayKnow() {
        // As it may be from a time before there were claims.
        api.admin.put("/api/v1/projects/shop/claims", all("shop", "shared"));
        String source = "[{\"format\": \"kserve\", \"namespace\": \"shared\", \"inference_service\": \"a\"}]";
        assertThat(shop.put(MODELS + "shop-shared", GuardedApi.registration("shop", source))
                        .status())
                .isEqualTo(201);
        api.claim("shop");
        api.admin.put("/api/v1/projects/farm/claims", all("farm", "shared"));

        Answer refused = farm.put(MODELS + "farm-shared", GuardedApi.registration("farm", source));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("is claimed by another model").doesNotContain("shop");
        assertThat(api.admin
                        .put(MODELS + "farm-shared", GuardedApi.registration("farm", source))
                        .text())
                .contains("shop-shared");
    }

    @Test
    void ofManyAtOnceOneHasTheSource() {
        String source = "[{\"format\": \"kserve\", \"namespace\": \"shop\", \"inference_service\": \"contested\"}]";
        List<CompletableFuture<Answer>> registrations = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            registrations.add(shop.putLater(MODELS + "shop-race-" + i, GuardedApi.registration("shop", source)));
        }

        List<Integer> statuses = registrations.stream()
                .map(registration -> registration.join().status())
                .toList();
        assertThat(statuses).containsOnly(201, 409);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(1);
    }

    @Test
    void listsShowWhatTheCallerMaySee() {
        for (int i = 0; i < 5; i++) {
            api.register("shop-list-" + i, "shop");
            api.register("farm-list-" + i, "farm");
        }

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = shop.get("/api/v1/models?limit=3" + cursor).json();
            assertThat(page.path("items").size()).isLessThanOrEqualTo(3);
            page.path("items").forEach(model -> seen.add(model.path("model_id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
            assertThat(cursor.isEmpty() || page.path("items").size() == 3).isTrue();
        } while (!cursor.isEmpty());
        assertThat(seen).doesNotHaveDuplicates().allMatch(id -> id.startsWith("shop-"));
        assertThat(seen.stream().filter(id -> id.startsWith("shop-list-"))).hasSize(5);
        assertThat(shop.get("/api/v1/models?project_id=farm").json().path("items"))
                .isEmpty();
    }

    @Test
    void theAuditLogIsThatOfTheCallersProjects() {
        Client keeper = api.anyone.as(api.token("farm-keeper", "farm", Role.RETENTION_ADMIN));
        api.register("shop-audited", "shop");
        api.register("farm-audited", "farm");

        JsonNode items = keeper.get("/api/v1/audit?limit=1000").json().path("items");

        assertThat(items)
                .isNotEmpty()
                .allMatch(entry -> entry.path("project_id").asText().equals("farm"));
        assertThat(keeper.get("/api/v1/audit?project_id=shop").json().path("items"))
                .isEmpty();
        assertThat(keeper.get("/api/v1/audit?model_id=shop-audited").json().path("items"))
                .isEmpty();
        assertThat(shop.get("/api/v1/audit").status()).isEqualTo(403);
    }

    @Test
    void namesThatNobodyClaimsAreShownToWhoeverMayClaimThem() {
        Jdbi.create(api.store.database()).useHandle(handle -> Stream.of(
                        "('shop-new', 'common')",
                        "('farm-new', 'common')",
                        "('nobodys', 'common')",
                        "('any', 'shop')",
                        "('kserve shop/service', 'common')",
                        "('shopping', 'common')")
                .forEach(row -> handle.execute(
                        "INSERT INTO unmatched_sources (name, topic, count) SELECT name, topic, 1 FROM (VALUES " + row
                                + ") v(name, topic) ON CONFLICT DO NOTHING")));

        assertThat(names(shop)).containsExactlyInAnyOrder("shop-new", "any", "kserve shop/service");
        assertThat(names(farm)).containsExactly("farm-new");
        assertThat(names(api.admin)).hasSize(6);
        api.register("shop-quiet", "shop");
        assertThat(shop.get(MODELS + "shop-quiet/ingest").text())
                .contains("shop-new")
                .doesNotContain("nobodys", "farm-new");
    }

    @Test
    void withoutAuthenticationNoClaimsAreNeededAndThoseThatAreSetHold() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi open = PolicyApi.start(store.settings(false))) {
            Client anybody = new Client(open);
            String source = "[{\"format\": \"kserve\", \"inference_service\": \"x\"}]";
            assertThat(anybody.put(MODELS + "any-1", GuardedApi.registration("any", source))
                            .status())
                    .isEqualTo(201);
            assertThat(anybody.put(MODELS + "any-2", GuardedApi.registration("any", source))
                            .status())
                    .isEqualTo(409);
            assertThat(anybody.put("/api/v1/projects/shop/claims", all("shop", "shop"))
                            .status())
                    .isEqualTo(201);
            assertThat(anybody.put(MODELS + "other", GuardedApi.registration("shop"))
                            .status())
                    .isEqualTo(422);
            assertThat(anybody.put(MODELS + "shop-x", GuardedApi.registration("any"))
                            .status())
                    .isEqualTo(409);
            assertThat(anybody.get("/api/v1/audit?limit=1").text()).contains("anonymous@127.0.0.1");
        }
    }

    private static List<String> names(Client caller) {
        List<String> names = new ArrayList<>();
        caller.get("/api/v1/unmatched-sources")
                .json()
                .path("items")
                .forEach(source -> names.add(source.path("name").asText()));
        return names;
    }

    private static String all(String project, String namespace) {
        return "{\"id_prefixes\": [\"" + project + "-\"], \"namespaces\": [\"" + namespace + "\"], \"topics\": [\""
                + project + "\"]}";
    }
}
