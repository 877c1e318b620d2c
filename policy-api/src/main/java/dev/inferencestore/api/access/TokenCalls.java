package dev.inferencestore.api.access;

import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.ApiToken;
import dev.inferencestore.storage.access.ApiTokens;
import dev.inferencestore.storage.access.HeldRole;
import dev.inferencestore.storage.access.NewApiToken;
import dev.inferencestore.storage.access.TokenHash;
import dev.inferencestore.storage.refusal.NotFound;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** API tokens: made, listed, revoked. An admin of a project has to do with the roles in that project only. */
final class TokenCalls {
    private static final String PATH = "/api/v1/tokens";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final ApiTokens tokens;
    private final Body body;
    private final KnownAccess known;

    TokenCalls(DataSource database, Body body, KnownAccess known) {
        this.tokens = new ApiTokens(database);
        this.body = body;
        this.known = known;
    }

    void addTo(RoutesConfig routes) {
        routes.post(PATH, this::make, Role.ADMIN);
        routes.get(PATH, this::list, Role.ADMIN);
        routes.delete(PATH + "/{id}", this::revoke, Role.ADMIN);
    }

    private void make(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        TokenBody wanted = TokenBody.read(fields);
        for (HeldRole role : wanted.roles()) {
            if (!Caller.may(call, Role.ADMIN, role.projectId())) {
                throw ProblemException.of(
                        ProblemKind.FORBIDDEN,
                        role.projectId().equals(HeldRole.EVERY_PROJECT)
                                ? "a token with a role in every project ('*') takes an admin of everything"
                                : "a token with a role in project '" + role.projectId() + "' takes an admin of it");
            }
        }
        String token = TokenText.random();
        ApiToken made = tokens.add(
                new NewApiToken(
                        TokenHash.of(token), TokenText.hint(token), wanted.name(), wanted.roles(), wanted.expiresAt()),
                Caller.of(call));
        known.changed();
        call.header("Location", PATH + "/" + made.tokenId());
        Json.answer(call, 201, TokenView.made(made, token));
    }

    private void list(Context call) {
        Query query = new Query(call);
        boolean revoked = Boolean.TRUE.equals(query.flag("revoked"));
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(TextRule.UUID);
        query.done();
        @Nullable Set<String> projects = Caller.projects(call, Role.ADMIN);
        PageOf<ApiToken> page =
                PageOf.cut(tokens.list(projects, revoked, after, limit + 1), limit, last -> last.tokenId()
                        .toString());
        Json.answer(
                call,
                200,
                new TokenView.Page(
                        page.items().stream()
                                .map(token -> TokenView.of(token, projects))
                                .toList(),
                        page.next()));
    }

    private void revoke(Context call) {
        new Query(call).done();
        String tokenId = call.pathParam("id");
        @Nullable Set<String> projects = Caller.projects(call, Role.ADMIN);
        ApiToken revoked = TextRule.UUID.broken(tokenId).isPresent()
                ? null
                : tokens.revoke(tokenId, projects, Caller.of(call)).orElse(null);
        if (revoked == null) {
            throw new NotFound(NotFound.What.TOKEN, "there is no such token");
        }
        known.changed();
        Json.answer(call, 200, TokenView.of(revoked, projects));
    }
}
