package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every route that the API has, called by everybody there is. Each call has a parameter that no call takes, so that what
 * passes the gate is 422 and does nothing, and what does not shows that the gate comes first.
 */
class EveryRouteTest {
    private static final String UNKNOWN_PARAMETER = "?no-such-parameter=1";
    private static final String REGISTER = "PUT /api/v1/models/{model_id}";
    private static final Set<String> FOR_ADMINS_OF_EVERYTHING =
            Set.of("PUT /api/v1/projects/{project_id}/claims", "DELETE /api/v1/projects/{project_id}/claims");

    private static final Map<Role, Client> OF_SHOP = new HashMap<>();
    private static final Map<Role, Client> OF_FARM = new HashMap<>();
    private static final Map<Role, Client> OF_ALL = new HashMap<>();
    private static GuardedApi api;
    private static Client nobody;

    @BeforeAll
    static void start() {
        api = new GuardedApi();
        for (Role role : Role.grantable()) {
            OF_SHOP.put(role, api.anyone.as(api.token("shop-" + role.text(), "shop", role)));
            OF_FARM.put(role, api.anyone.as(api.token("farm-" + role.text(), "farm", role)));
            OF_ALL.put(role, api.anyone.as(api.token("all-" + role.text(), "*", role)));
        }
        nobody = api.anyone.as(api.token("elsewhere", "elsewhere", Role.ADMIN));
        api.register("shop-model", "shop");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void thereAreRoutesOfEveryKind() {
        assertThat(routes()).hasSizeGreaterThan(40);
        for (Role role : Role.values()) {
            assertThat(routes()).anyMatch(route -> route.role() == role);
        }
    }

    @Test
    void whatIsForAnyoneTakesNoToken() {
        for (Route route : routes()) {
            if (route.role() == Role.ANYONE) {
                assertThat(call(api.anyone, route, "shop-model", "shop").status())
                        .as(named(route))
                        .isNotIn(401, 403);
            }
        }
    }

    @Test
    void everythingElseTakesATokenThatIsKnown() {
        for (Route route : guarded()) {
            Answer without = call(api.anyone, route, "shop-model", "shop");
            assertThat(without.status()).as(named(route)).isEqualTo(401);
            assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"inference-store\"");
        }
        // By another process: so many calls without a token that is taken are held back.
        try (GuardedApi other = new GuardedApi(api.store)) {
            for (Route route : guarded()) {
                Answer unknown = call(other.anyone.as(TokenText.random()), route, "shop-model", "shop");
                assertThat(unknown.status()).as(named(route)).isEqualTo(401);
                assertThat(unknown.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
            }
        }
    }

    @Test
    void aRoleInTheProjectDoesWhatItIncludesAndNothingElse() {
        for (Route route : guarded()) {
            OF_SHOP.forEach((role, caller) -> {
                Answer answer = call(caller, route, "shop-model", "shop");
                String what = role + " " + named(route) + " " + answer.text();
                if (role.includes(route.role()) && !FOR_ADMINS_OF_EVERYTHING.contains(named(route))) {
                    assertThat(answer.status()).as(what).isEqualTo(422);
                } else {
                    assertThat(answer.status()).as(what).isEqualTo(403);
                    assertThat(answer.text())
                            .as(what)
                            .contains(route.method().equals("HEAD") ? "" : named(route.role()));
                }
            });
        }
    }

    @Test
    void aRoleInEveryProjectDoesTheSameInEach() {
        for (Route route : guarded()) {
            OF_ALL.forEach((role, caller) -> assertThat(
                            call(caller, route, "shop-model", "shop").status())
                    .as(role + " " + named(route))
                    .isEqualTo(role.includes(route.role()) ? 422 : 403));
        }
    }

    @Test
    void aModelOfAnotherProjectIsAsOneThatThereIsNot() {
        for (Route route : guarded()) {
            if (!route.path().contains("{model_id}") || named(route).equals(REGISTER)) {
                continue;
            }
            List<Client> callers = new ArrayList<>(OF_FARM.values());
            callers.add(nobody);
            for (Client caller : callers) {
                Answer foreign = call(caller, route, "shop-model", "shop");
                Answer unknown = call(caller, route, "none-model", "shop");
                assertThat(foreign.status()).as(named(route)).isEqualTo(404);
                assertThat(said(foreign).replace("shop-model", "none-model")).isEqualTo(said(unknown));
                assertThat(foreign.text().isEmpty()).isEqualTo(route.method().equals("HEAD"));
                assertThat(headers(foreign)).isEqualTo(headers(unknown));
            }
        }
    }

    @Test
    void whatShowsInputsWithinAnotherCallTakesTheRoleForThemToo() {
        String link = "/api/v1/models/shop-model/inferences/none?presign=PT5M";
        String export = "/api/v1/models/shop-model/inferences/export";
        for (Client caller : List.of(OF_SHOP.get(Role.WRITER), OF_ALL.get(Role.READER))) {
            assertThat(caller.get(link).status()).isEqualTo(403);
            assertThat(caller.get(link).text()).contains("'input-reader'");
            assertThat(caller.post(export, "{\"inputs\": true}").status()).isEqualTo(403);
            assertThat(caller.post(export, "{\"inputs\": false}").status()).isEqualTo(200);
        }
        for (Client caller : List.of(OF_SHOP.get(Role.INPUT_READER), OF_ALL.get(Role.ADMIN))) {
            assertThat(caller.get(link).status()).isEqualTo(404);
            assertThat(caller.post(export, "{\"inputs\": true}").status()).isEqualTo(200);
        }
    }

    @Test
    void aLinkThatIsNotGoodTellsNothing() {
        String rest = "/inferences/x/input?created_at=2026-01-01T00:00:00Z&expires=99999999999&key=process&signature=x";
        Answer known = api.anyone.get("/api/v1/models/shop-model" + rest);
        Answer unknown = api.anyone.get("/api/v1/models/none-model" + rest);

        assertThat(known.status()).isEqualTo(403);
        assertThat(said(known).replace("shop-model", "none-model")).isEqualTo(said(unknown));
        assertThat(api.anyone
                        .delete("/api/v1/models/shop-model/inferences/x%2Finput" + rest.substring(19))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void anIdIsTheSameHoweverItIsWritten() {
        Client farmer = OF_FARM.get(Role.ADMIN);
        for (String path : List.of("shop%2Dmodel", "%73hop-model", "shop-model/", "shop-model?x=1")) {
            assertThat(farmer.get("/api/v1/models/" + path).status()).as(path).isEqualTo(404);
        }
        for (String path : List.of(
                "/api//v1/models/shop-model", "/api/v1/models/../models/shop-model", "/%61pi/v1/models/shop-model")) {
            assertThat(farmer.get(path).status()).as(path).isIn(400, 404);
        }
    }

    @Test
    void aProjectWithoutARoleInItIsRefusedWhetherItHasModelsOrNot() {
        for (Route route : guarded()) {
            if (!route.path().contains("{project_id}")) {
                continue;
            }
            for (Client caller : OF_FARM.values()) {
                Answer foreign = call(caller, route, "x", "shop");
                Answer unknown = call(caller, route, "x", "none");
                assertThat(foreign.status()).as(named(route)).isEqualTo(403);
                assertThat(said(foreign).replace("projects/shop", "projects/none"))
                        .isEqualTo(said(unknown));
            }
        }
    }

    @Test
    void whatIsAboutNoProjectTakesTheRoleInSomeProject() {
        for (Route route : guarded()) {
            if (route.path().contains("{model_id}") || route.path().contains("{project_id}")) {
                continue;
            }
            OF_FARM.forEach(
                    (role, caller) -> assertThat(call(caller, route, "x", "x").status())
                            .as(role + " " + named(route))
                            .isEqualTo(role.includes(route.role()) ? 422 : 403));
        }
    }

    private static Answer call(Client caller, Route route, String modelId, String projectId) {
        String path = route.path()
                .replace("{model_id}", modelId)
                .replace("{project_id}", projectId)
                .replace("{principal}", "user:alice")
                .replaceAll("\\{[^}]+}", "4b6a2f0c-3a35-4f0e-9d5c-0d1f1a2b3c4d");
        String body = Set.of("PUT", "POST", "PATCH").contains(route.method()) ? "{}" : "";
        return body.isEmpty()
                ? caller.send(route.method(), path + UNKNOWN_PARAMETER, "")
                : caller.send(route.method(), path + UNKNOWN_PARAMETER, body, "Content-Type", "application/json");
    }

    /** But those that count and tell the time, and what became of the connection, on which a body may still be coming. */
    /** All but the id of the call. */
    private static String said(Answer answer) {
        return answer.textOfAnyCall();
    }

    private static Map<String, List<String>> headers(Answer answer) {
        Map<String, List<String>> headers =
                new HashMap<>(answer.response().headers().map());
        headers.keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("ratelimit")
                        || name.equalsIgnoreCase("date")
                        || name.equalsIgnoreCase("connection")
                        || name.toLowerCase(java.util.Locale.ROOT).contains("request-id"));
        return headers;
    }

    private static String named(Route route) {
        return route.method() + " " + route.path();
    }

    private static String named(Role role) {
        return "'" + role.text() + "'";
    }

    private static List<Route> guarded() {
        return routes().stream().filter(route -> route.role() != Role.ANYONE).toList();
    }

    private static List<Route> routes() {
        return api.api.routes();
    }
}
