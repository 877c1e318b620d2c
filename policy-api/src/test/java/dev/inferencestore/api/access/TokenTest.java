package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** API tokens from being made to being revoked. */
class TokenTest {
    private static final String TOKENS = "/api/v1/tokens";

    private static GuardedApi api;
    private static Jdbi sql;

    @BeforeAll
    static void start() {
        api = new GuardedApi();
        sql = Jdbi.create(api.store.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aTokenIsShownOnceAndKeptAsAHashOnly() {
        JsonNode made = api.token("once", "{\"shop\": [\"reader\", \"writer\"], \"farm\": [\"reader\"]}");
        String token = made.path("token").asText();

        assertThat(token).matches("ist_[A-Za-z0-9_-]{43}");
        assertThat(made.path("hint").asText()).isEqualTo(token.substring(0, 8));
        assertThat(made.path("created_by").asText()).isEqualTo("token:bootstrap");
        assertThat(made.path("roles").toString()).isEqualTo("{\"farm\":[\"reader\"],\"shop\":[\"reader\",\"writer\"]}");
        Answer listed = api.admin.get(TOKENS);
        assertThat(listed.text()).contains("\"once\"").doesNotContain(token, "\"token\"");
        for (String table : List.of("api_tokens", "api_token_roles", "audit_log")) {
            assertThat(rows(table)).doesNotContain(token.substring(8));
        }
        assertThat(rows("api_tokens")).contains(TokenHashes.hex(token));
    }

    @Test
    void itWorksAtOnceWhereItWasMadeAndInEveryOtherProcess() {
        try (GuardedApi other = new GuardedApi(api.store)) {
            other.admin.get("/api/v1/models");
            String token = api.token("at-once", "shop", Role.READER);

            assertThat(api.anyone.as(token).get("/api/v1/models").status()).isEqualTo(200);
            Await.until(() -> other.anyone.as(token).get("/api/v1/models").status() == 200);
        }
    }

    @Test
    void aRevokedTokenEndsHereAtOnceAndElsewhereWithinASecond() {
        try (GuardedApi other = new GuardedApi(api.store)) {
            JsonNode made = api.token("ends", "{\"shop\": [\"reader\"]}");
            String token = made.path("token").asText();
            assertThat(other.anyone.as(token).get("/api/v1/models").status()).isEqualTo(200);

            Answer revoked = api.admin.delete(TOKENS + "/" + made.path("id").asText());

            long at = System.nanoTime();
            assertThat(revoked.status()).isEqualTo(200);
            assertThat(revoked.json().path("revoked_by").asText()).isEqualTo("token:bootstrap");
            Answer refused = api.anyone.as(token).get("/api/v1/models");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text()).contains("revoked").doesNotContain(token);
            Await.until(() -> other.anyone.as(token).get("/api/v1/models").status() == 401);
            assertThat(System.nanoTime() - at)
                    .isLessThan(KnownAccess.AGE.multipliedBy(3).toNanos());
            assertThat(api.admin.get(TOKENS + "?revoked=true").text()).contains("\"ends\"");
            assertThat(api.admin.get(TOKENS).text()).doesNotContain("\"ends\"");
        }
    }

    @Test
    void anExpiredTokenIsNotTaken() {
        Answer made = api.admin.post(
                TOKENS,
                "{\"name\": \"short\", \"roles\": {\"shop\": [\"reader\"]}, \"expires_at\": \"" + soon() + "\"}");
        String token = made.json().path("token").asText();
        assertThat(made.status()).as(made.text()).isEqualTo(201);

        Await.until(() -> api.anyone.as(token).get("/api/v1/models").status() == 401);
        assertThat(api.anyone.as(token).get("/api/v1/models").text()).contains("expired");
    }

    @Test
    void itsLastUseIsKnownToTheHour() {
        JsonNode made = api.token("used", "{\"shop\": [\"reader\"]}");
        Client caller = api.anyone.as(made.path("token").asText());
        caller.get("/api/v1/models");
        long writes = writes();
        for (int i = 0; i < 20; i++) {
            caller.get("/api/v1/models");
        }

        String lastUsed = sql.withHandle(handle -> handle.createQuery(
                        "SELECT (last_used_at = date_trunc('hour', last_used_at))::text FROM api_tokens WHERE name = 'used'")
                .mapTo(String.class)
                .one());
        assertThat(lastUsed).isEqualTo("true");
        assertThat(writes()).isEqualTo(writes);
    }

    @Test
    void anAdminOfAProjectMakesTokensForItOnly() {
        Client shop = api.anyone.as(api.token("shop-admin", "shop", Role.ADMIN));

        assertThat(make(shop, "mine", "{\"shop\": [\"admin\"]}").status()).isEqualTo(201);
        for (String roles : List.of("{\"farm\": [\"reader\"]}", "{\"shop\": [\"reader\"], \"farm\": [\"reader\"]}")) {
            Answer refused = make(shop, "theirs", roles);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("'farm' takes an admin of it");
        }
        Answer refused = make(shop, "all", "{\"*\": [\"reader\"]}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("an admin of everything");
    }

    @Test
    void anAdminOfAProjectSeesAndTakesAwayWhatATokenMayDoThereOnly() {
        Client mill = api.anyone.as(api.token("mill-admin", "mill", Role.ADMIN));
        JsonNode both = api.token("both", "{\"mill\": [\"reader\"], \"well\": [\"writer\"]}");
        JsonNode theirs = api.token("theirs-only", "{\"well\": [\"writer\"]}");
        String id = both.path("id").asText();

        assertThat(mill.get(TOKENS).text()).contains("\"both\"", "mill-admin").doesNotContain("well", "theirs-only");
        assertThat(mill.delete(TOKENS + "/" + theirs.path("id").asText()).status())
                .isEqualTo(404);
        Answer taken = mill.delete(TOKENS + "/" + id);
        assertThat(taken.status()).isEqualTo(200);
        assertThat(taken.json().path("revoked_at").isNull()).isTrue();
        Client still = api.anyone.as(both.path("token").asText());
        assertThat(still.get("/api/v1/projects/well/retention").status()).isEqualTo(200);
        assertThat(still.get("/api/v1/projects/mill/retention").status()).isEqualTo(403);
        assertThat(mill.delete(TOKENS + "/" + id).status()).isEqualTo(404);
    }

    @Test
    void noTwoTokensHaveOneName() {
        JsonNode first = api.token("unique", "{\"shop\": [\"reader\"]}");

        assertThat(make(api.admin, "unique", "{\"farm\": [\"reader\"]}").status())
                .isEqualTo(409);
        api.admin.delete(TOKENS + "/" + first.path("id").asText());
        assertThat(make(api.admin, "unique", "{\"farm\": [\"reader\"]}").status())
                .isEqualTo(201);
    }

    @Test
    void whatIsWrongIsSaidAtOnce() {
        Answer wrong = api.admin.post(
                TOKENS,
                "{\"name\": \"a b\", \"roles\": {\"shop\": [\"king\"], \"a b\": [\"reader\"], \"x\": []}, \"expires_at\":"
                        + " \"2020-01-01T00:00:00Z\", \"color\": 1}");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.errors())
                .contains("name must be 1 to 128")
                .contains("roles.shop must be one of reader, input-reader, writer, retention-admin, admin")
                .contains("roles must have ids of projects")
                .contains("roles.x must be a list of roles")
                .contains("expires_at must be in the future")
                .contains("color is not a field");
        assertThat(make(api.admin, "bootstrap", "{\"shop\": [\"reader\"]}").errors())
                .contains("name must be another");
        assertThat(make(api.admin, "none", "{}").errors()).contains("roles must name 1 to");
        assertThat(api.admin.post(TOKENS, "{\"name\": \"none\"}").errors()).contains("roles must be given");
        assertThat(api.admin.delete(TOKENS + "/no-uuid").status()).isEqualTo(404);
    }

    @Test
    void everyChangeIsInTheAuditLogOfItsProject() {
        JsonNode made = api.token("audited", "{\"lake\": [\"reader\"], \"pond\": [\"writer\"]}");
        api.admin.delete(TOKENS + "/" + made.path("id").asText());

        JsonNode lake = api.admin.get("/api/v1/audit?project_id=lake").json().path("items");
        assertThat(lake).hasSize(2);
        assertThat(lake.get(0).path("action").asText()).isEqualTo("token.revoked");
        assertThat(lake.get(1).path("action").asText()).isEqualTo("token.made");
        assertThat(lake.get(1).path("after").toString()).isEqualTo("{\"roles\":[\"reader\"],\"token\":\"audited\"}");
        assertThat(lake.toString()).doesNotContain("pond", "writer");
    }

    @Test
    void pagesHaveEachTokenOnce() {
        Client lane = api.anyone.as(api.token("lane-admin", "lane", Role.ADMIN));
        for (int i = 0; i < 5; i++) {
            api.token("lane-" + i, "lane", Role.READER);
        }

        StringBuilder names = new StringBuilder();
        String cursor = "";
        do {
            JsonNode page = lane.get(TOKENS + "?limit=2" + cursor).json();
            page.path("items")
                    .forEach(token -> names.append(token.path("name").asText()).append(' '));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(names.toString().split(" ", -1))
                .containsExactlyInAnyOrder("lane-admin", "lane-0", "lane-1", "lane-2", "lane-3", "lane-4", "");
    }

    private static Answer make(Client caller, String name, String roles) {
        return caller.post(TOKENS, "{\"name\": \"" + name + "\", \"roles\": " + roles + "}");
    }

    private static String soon() {
        return Instant.now().plus(900, ChronoUnit.MILLIS).toString();
    }

    private static String rows(String table) {
        return sql.withHandle(handle -> handle.createQuery("SELECT string_agg(t::text, ' ') FROM " + table + " t")
                .mapTo(String.class)
                .one());
    }

    /** How often a row of tokens was written. */
    private static long writes() {
        return sql.withHandle(
                handle -> handle.createQuery("SELECT max(xmin::text::bigint) FROM api_tokens WHERE name = 'used'")
                        .mapTo(Long.class)
                        .one());
    }

    /** As the column has it. */
    private static final class TokenHashes {
        static String hex(String token) {
            return dev.inferencestore.storage.access.TokenHash.of(token).hex();
        }
    }
}
