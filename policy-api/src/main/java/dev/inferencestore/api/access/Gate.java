package dev.inferencestore.api.access;

import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.storage.refusal.NotFound;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.security.RouteRole;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every call passes before anything of it is read but its address and its token: who is it, which project is it
 * about, do they have the role that the route names there. A model of a project in which the caller has no role is
 * answered exactly as one that there is not.
 */
public final class Gate {
    private static final String ATTRIBUTE = "dev.inferencestore.gate";
    private static final String REGISTERS = "/api/v1/models/{model_id}";
    private static final String SCHEME = "Bearer ";
    private static final String CHALLENGE = "Bearer realm=\"inference-store\"";

    private final @Nullable Authenticator authenticator;
    private final Limits limits;
    private final Function<String, Optional<String>> projectOf;
    private final SignedLinks links;

    /**
     * A gate.
     *
     * @param authenticator null where nobody is asked who they are, and everybody may do everything
     * @param projectOf the project of a model id, also of an unregistered one
     */
    Gate(
            @Nullable Authenticator authenticator,
            Limits limits,
            Function<String, Optional<String>> projectOf,
            SignedLinks links) {
        this.authenticator = authenticator;
        this.limits = limits;
        this.projectOf = projectOf;
        this.links = links;
    }

    public void addTo(RoutesConfig routes) {
        routes.beforeMatched(this::check);
    }

    private void check(Context call) throws Exception {
        Set<RouteRole> roles = call.routeRoles();
        if (roles.size() != 1 || !(roles.iterator().next() instanceof Role asked)) {
            throw new IllegalStateException("a route must name exactly one role");
        }
        if (asked == Role.ANYONE) {
            return;
        }
        call.attribute(ATTRIBUTE, this);
        if (authenticator == null) {
            Principal.anonymous(call, ProjectRoles.EVERYTHING).attach(call);
        } else if (asked == Role.INPUT_READER && isRead(call) && links.covers(call)) {
            limits.countLink(call);
            new Principal("link@" + call.ip(), ProjectRoles.NONE).attach(call);
        } else {
            Principal caller = authenticate(call, authenticator);
            // First, so that the log of calls names whoever is held back.
            caller.attach(call);
            if (!sendsEvents(call)) {
                limits.count(call, caller.name());
            }
            authorize(call, caller, asked);
        }
    }

    /**
     * That the caller of a call that has passed may do what asks for another role, too.
     *
     * @throws ProblemException 403 where they may not
     */
    public static void require(Context call, Role asked) {
        Gate passed = call.attribute(ATTRIBUTE);
        if (passed == null) {
            throw new IllegalStateException("the call has not passed the gate");
        }
        passed.authorize(call, Principal.of(call), asked);
    }

    /** A logger sends as many as its model answers; what is in flight is bounded. Whose models they are of is checked once they are read. */
    private static boolean sendsEvents(Context call) {
        var endpoint = call.endpoints().matchedHttpEndpoint();
        return call.method().equals(HandlerType.POST) && endpoint != null && endpoint.path.endsWith("/events");
    }

    /** A link shows something; it never changes anything. */
    private static boolean isRead(Context call) {
        return call.method().equals(HandlerType.GET) || call.method().equals(HandlerType.HEAD);
    }

    private Principal authenticate(Context call, Authenticator known) {
        String header = call.header("Authorization");
        String reason;
        if (header == null) {
            reason = "this call takes a token: send it as 'Authorization: Bearer …'";
            call.header("WWW-Authenticate", CHALLENGE);
        } else if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            reason = "the header Authorization is not of the form 'Bearer …'";
            call.header("WWW-Authenticate", CHALLENGE);
        } else {
            try {
                return known.of(header.substring(SCHEME.length()).strip());
            } catch (Unauthenticated refused) {
                reason = String.valueOf(refused.getMessage());
                call.header(
                        "WWW-Authenticate",
                        CHALLENGE + ", error=\"invalid_token\", error_description=\"" + reason.replace('"', '\'')
                                + "\"");
            }
        }
        limits.countFailure(call);
        throw ProblemException.of(ProblemKind.UNAUTHENTICATED, reason);
    }

    private void authorize(Context call, Principal caller, Role asked) {
        if (caller.mayEverywhere(asked)) {
            return;
        }
        Map<String, String> names = call.pathParamMap();
        String modelId = names.get("model_id");
        String projectId = names.get("project_id");
        if (modelId != null && !registers(call)) {
            ofModel(caller, asked, modelId);
        } else if (projectId != null) {
            if (!caller.may(asked, projectId)) {
                throw forbidden("takes the role '" + asked.text() + "' in the project that its path names");
            }
        } else if (!caller.maySomewhere(asked)) {
            throw forbidden("takes the role '" + asked.text() + "' in some project");
        }
    }

    /** Both projects that registering is about, that in the body and that of the id, are looked at where both are known. */
    private static boolean registers(Context call) {
        var endpoint = call.endpoints().matchedHttpEndpoint();
        return call.method().equals(HandlerType.PUT) && endpoint != null && endpoint.path.equals(REGISTERS);
    }

    private void ofModel(Principal caller, Role asked, String modelId) {
        // What has not the form of an id is not asked for; the database might not even take it.
        Optional<String> projectId = ModelIds.isValid(modelId) ? projectOf.apply(modelId) : Optional.empty();
        if (projectId.isEmpty() || !caller.may(Role.READER, projectId.get())) {
            throw NotFound.model(modelId);
        }
        if (!caller.may(asked, projectId.get())) {
            throw forbidden("takes the role '" + asked.text() + "' in project '" + projectId.get()
                    + "', which the model is in");
        }
    }

    private static ProblemException forbidden(String what) {
        return ProblemException.of(ProblemKind.FORBIDDEN, "this call " + what);
    }
}
