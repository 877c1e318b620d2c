package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** People of an identity provider, and the roles that they and their groups are given. */
class GrantTest {
    private static TestIssuer issuer;
    private static GuardedApi api;

    @BeforeAll
    static void start() {
        issuer = new TestIssuer();
        api = new GuardedApi("--auth.oidc.issuer", issuer.url(), "--auth.oidc.audience", TestIssuer.AUDIENCE);
        api.register("shop-1", "shop");
        api.register("farm-1", "farm");
    }

    @AfterAll
    static void stop() {
        api.close();
        issuer.close();
    }

    @Test
    void somebodyWithoutARoleIsKnownAndMayDoNothing() {
        Client nina = user("nina");

        assertThat(nina.get("/api/v1/models").status()).isEqualTo(403);
        assertThat(nina.get("/api/v1/models/shop-1").status()).isEqualTo(404);
        assertThat(nina.get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void aRoleIsGivenAndTakenAway() {
        Client alice = user("alice");
        Answer given = grant("shop", "user:alice", "reader", "writer");
        assertThat(given.status()).isEqualTo(201);
        assertThat(given.json().path("roles").toString()).isEqualTo("[\"reader\",\"writer\"]");
        assertThat(alice.get("/api/v1/models/shop-1").status()).isEqualTo(200);
        assertThat(alice.get("/api/v1/models/farm-1").status()).isEqualTo(404);
        assertThat(alice.delete("/api/v1/models/shop-1").status()).isEqualTo(403);
        assertThat(alice.put("/api/v1/models/shop-1/storage", "{\"enabled\": true}")
                        .status())
                .isEqualTo(200);
        assertThat(api.admin.get("/api/v1/audit?model_id=shop-1&limit=1").text())
                .contains("\"user:alice\"");

        assertThat(grant("shop", "user:alice", "reader").status()).isEqualTo(200);
        assertThat(alice.put("/api/v1/models/shop-1/storage", "{\"enabled\": false}")
                        .status())
                .isEqualTo(403);
        assertThat(api.admin.delete("/api/v1/projects/shop/grants/user:alice").status())
                .isEqualTo(200);
        assertThat(alice.get("/api/v1/models/shop-1").status()).isEqualTo(404);
        assertThat(api.admin.delete("/api/v1/projects/shop/grants/user:alice").status())
                .isEqualTo(404);
    }

    @Test
    void aGroupsRolesAreThoseOfItsMembers() {
        grant("farm", "group:farmers", "reader");
        String farmer = issuer.token(claims("bob").claim("groups", List.of("farmers", "others")));
        String other = issuer.token(claims("bob").claim("groups", List.of("others")));

        assertThat(api.anyone.as(farmer).get("/api/v1/models/farm-1").status()).isEqualTo(200);
        assertThat(api.anyone.as(other).get("/api/v1/models/farm-1").status()).isEqualTo(404);
    }

    @Test
    void aUserNamedAsAGroupHasNotItsRoles() {
        grant("farm", "group:secret", "reader");

        assertThat(user("group:secret").get("/api/v1/models/farm-1").status()).isEqualTo(404);
        assertThat(user("secret").get("/api/v1/models/farm-1").status()).isEqualTo(404);
    }

    @Test
    void aRoleInEveryProjectHoldsInEach() {
        grant("*", "user:olga", "reader");

        assertThat(user("olga").get("/api/v1/models/shop-1").status()).isEqualTo(200);
        assertThat(user("olga").get("/api/v1/models/farm-1").status()).isEqualTo(200);
        assertThat(user("olga").get("/api/v1/projects/farm/claims").status()).isEqualTo(404);
        assertThat(user("olga").get("/api/v1/projects/*/grants").status()).isEqualTo(403);
        assertThat(api.admin.get("/api/v1/projects/*/grants").text()).contains("user:olga");
        assertThat(api.admin.get("/api/v1/projects/shop/grants").text()).doesNotContain("user:olga");
    }

    @Test
    void anAdminOfAProjectGivesRolesThereOnly() {
        grant("shop", "user:boss", "admin");
        Client boss = user("boss");
        String roles = "{\"roles\": [\"reader\"]}";

        assertThat(boss.put("/api/v1/projects/shop/grants/user:kim", roles).status())
                .isEqualTo(201);
        assertThat(boss.put("/api/v1/projects/farm/grants/user:kim", roles).status())
                .isEqualTo(403);
        assertThat(boss.put("/api/v1/projects/*/grants/user:boss", "{\"roles\": [\"admin\"]}")
                        .status())
                .isEqualTo(403);
        assertThat(boss.put("/api/v1/projects/%2A/grants/user:boss", "{\"roles\": [\"admin\"]}")
                        .status())
                .isEqualTo(403);
        assertThat(boss.put("/api/v1/projects/shop/claims", "{\"id_prefixes\": [\"a\"]}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whatIsWrongIsSaid() {
        Answer wrong = api.admin.put("/api/v1/projects/a%20b/grants/alice", "{\"roles\": [\"king\"]}");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.errors())
                .contains("project_id must be 1 to 128")
                .contains("principal must be user:<name> or group:<name>")
                .contains("roles[0] must be one of reader");
        assertThat(api.admin
                        .put("/api/v1/projects/shop/grants/user:x", "{\"roles\": []}")
                        .status())
                .isEqualTo(422);
        assertThat(api.admin.put("/api/v1/projects/shop/grants/user:x", "{}").errors())
                .contains("roles must be given");
        assertThat(api.admin.get("/api/v1/projects/a%20b/grants").status()).isEqualTo(422);
    }

    @Test
    void namesWithAnyCharacterCanBeGivenRoles() {
        Answer given = api.admin.put(
                "/api/v1/projects/shop/grants/user:https%3A%2F%2Fid%2Fa%20b%3F", "{\"roles\": [\"reader\"]}");

        assertThat(given.status()).isEqualTo(201);
        assertThat(user("https://id/a b?").get("/api/v1/models/shop-1").status())
                .isEqualTo(200);
    }

    @Test
    void everyChangeIsInTheAuditLogAndAskingAgainChangesNothing() {
        grant("log", "user:ida", "reader");
        grant("log", "user:ida", "reader");
        grant("log", "user:ida", "writer");
        api.admin.delete("/api/v1/projects/log/grants/user:ida");

        JsonNode items = api.admin.get("/api/v1/audit?project_id=log").json().path("items");
        assertThat(items).hasSize(3);
        assertThat(items.get(0).path("action").asText()).isEqualTo("grant.removed");
        assertThat(items.get(1).path("before").toString())
                .isEqualTo("{\"roles\":[\"reader\"],\"principal\":\"user:ida\"}");
        assertThat(items.get(1).path("after").path("roles").toString()).isEqualTo("[\"writer\"]");
        assertThat(items.get(2).path("actor").asText()).isEqualTo("token:bootstrap");
    }

    @Test
    void aTokenThatIsNotTakenSaysWhyAndIsNotRepeated() {
        String expired = issuer.token(
                claims("alice").expirationTime(Date.from(Instant.now().minusSeconds(90))));

        Answer refused = api.anyone.as(expired).get("/api/v1/models");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().path("detail").asText()).isEqualTo("the token has expired");
        assertThat(refused.header("WWW-Authenticate"))
                .isEqualTo(
                        "Bearer realm=\"inference-store\", error=\"invalid_token\", error_description=\"the token has expired\"");
        assertThat(refused.text()).doesNotContain(expired.substring(0, 20));
    }

    @Test
    void keysMayChangeWhileItRuns() {
        grant("shop", "user:rita", "reader");
        assertThat(user("rita").get("/api/v1/models/shop-1").status()).isEqualTo(200);
        issuer.rotate();

        assertThat(user("rita").get("/api/v1/models/shop-1").status()).isEqualTo(200);
    }

    private static Answer grant(String projectId, String principal, String... roles) {
        return api.admin.put(
                "/api/v1/projects/" + projectId + "/grants/" + principal,
                "{\"roles\": [\"" + String.join("\", \"", roles) + "\"]}");
    }

    private static Client user(String name) {
        return api.anyone.as(issuer.token(claims(name)));
    }

    private static JWTClaimsSet.Builder claims(String name) {
        return issuer.claims(name, Instant.now());
    }
}
