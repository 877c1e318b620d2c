package dev.inferencestore.api.http;

import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Forbidden;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.StaleVersion;
import dev.inferencestore.storage.segment.ObjectStoreException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a call throws into a problem. What the server is to blame for is logged under the call's id, never shown. */
public final class ProblemAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

    private ProblemAnswers() {}

    /** Answers every error of this server, those of its library included. */
    public static void addTo(JavalinConfig server) {
        server.http.prefer405over404 = true;
        server.routes.exception(ProblemException.class, ProblemAnswers::expected);
        server.routes.exception(StaleVersion.class, ProblemAnswers::stale);
        server.routes.exception(NotFound.class, ProblemAnswers::notFound);
        server.routes.exception(
                Invalid.class,
                (broken, call) -> expected(
                        ProblemException.invalid(broken.rules().stream()
                                .map(rule -> new FieldError(rule.field(), rule.rule()))
                                .toList()),
                        call));
        server.routes.exception(Conflict.class, ProblemAnswers::conflict);
        server.routes.exception(
                Forbidden.class,
                (refused, call) ->
                        answer(call, Problem.of(ProblemKind.FORBIDDEN, refused.getMessage(), call.path(), List.of())));
        server.routes.exception(HttpResponseException.class, ProblemAnswers::ofLibrary);
        server.routes.exception(Exception.class, ProblemAnswers::unexpected);
        server.router.javaLangErrorHandler(ProblemAnswers::fatal);
        server.jetty.modifyServer(jetty -> jetty.setErrorHandler(new EarlyErrors()));
        server.jetty.modifyServletContextHandler(context -> context.setErrorHandler(new EarlyErrors()));
        server.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    }

    private static void expected(ProblemException problem, Context call) {
        answer(call, Problem.of(problem.kind(), problem.getMessage(), call.path(), problem.errors()));
    }

    private static void stale(StaleVersion stale, Context call) {
        String detail = stale.getMessage() + ": read it again, then send its ETag as If-Match";
        answer(call, Problem.of(ProblemKind.STALE_VERSION, detail, call.path(), List.of()));
    }

    private static void notFound(NotFound missing, Context call) {
        ProblemKind kind =
                switch (missing.what()) {
                    case MODEL -> ProblemKind.UNKNOWN_MODEL;
                    case POLICY -> ProblemKind.NO_RETENTION_POLICY;
                    case TASK -> ProblemKind.UNKNOWN_TASK;
                    case HOLD -> ProblemKind.UNKNOWN_HOLD;
                    case INFERENCE -> ProblemKind.UNKNOWN_INFERENCE;
                    case SETTING -> ProblemKind.NO_SETTING;
                    case TOKEN -> ProblemKind.UNKNOWN_TOKEN;
                    case GRANT -> ProblemKind.UNKNOWN_GRANT;
                    case REPLAY -> ProblemKind.UNKNOWN_REPLAY;
                };
        answer(call, Problem.of(kind, missing.getMessage(), call.path(), List.of()));
    }

    private static void conflict(Conflict conflict, Context call) {
        answer(call, Problem.of(ProblemKind.CONFLICT, conflict.getMessage(), call.path(), List.of()));
    }

    private static void ofLibrary(HttpResponseException error, Context call) {
        switch (error.getStatus()) {
            case 404 ->
                answer(
                        call,
                        Problem.of(
                                ProblemKind.UNKNOWN_PATH,
                                "the calls are under /api/v1 and described at /openapi.json and /docs",
                                call.path(),
                                List.of()));
            case 405 -> notAllowed(call, allowed(error));
            default ->
                answer(call, Problem.early(error.getStatus(), HttpStatus.getMessage(error.getStatus()), call.path()));
        }
    }

    /** Asking which methods there are is no error. */
    private static void notAllowed(Context call, String allowed) {
        call.header("Allow", allowed);
        if (call.method().equals(HandlerType.OPTIONS)) {
            call.status(204);
        } else {
            answer(call, Problem.of(ProblemKind.METHOD_NOT_ALLOWED, "it takes " + allowed, call.path(), List.of()));
        }
    }

    private static String allowed(HttpResponseException error) {
        return String.join(", ", error.getDetails().values()) + ", OPTIONS";
    }

    /** What no program recovers from, such as running out of memory. */
    private static void fatal(HttpServletResponse response, Error error) {
        String id = RequestIds.sane(response.getHeader(RequestIds.HEADER));
        LOG.error("a call failed ({})", id, error);
        if (response.isCommitted()) {
            return;
        }
        Problem problem = Problem.of(ProblemKind.INTERNAL, "the log has it under request_id", "/", List.of());
        response.setStatus(ProblemKind.INTERNAL.status());
        response.setContentType(Problem.MEDIA_TYPE);
        try {
            response.getOutputStream().write(Json.bytes(problem.of(id)));
        } catch (IOException gone) {
            LOG.debug("whoever called is gone", gone);
        }
    }

    private static void unexpected(Exception failure, Context call) {
        String id = RequestIds.of(call);
        ObjectStoreException objects = cause(failure, ObjectStoreException.class);
        if (objects != null && objects.passing()) {
            LOG.warn(
                    "{} {}: the object store is not available ({}): {}",
                    call.method(),
                    call.path(),
                    id,
                    objects.toString());
            call.header("Retry-After", "1");
            answer(
                    call,
                    Problem.of(
                            ProblemKind.UNAVAILABLE,
                            "the object store does not answer; try again",
                            call.path(),
                            List.of()));
            return;
        }
        SQLException sql = cause(failure, SQLException.class);
        if (sql != null && isUnavailable(sql)) {
            LOG.warn("{} {}: the database is not available ({}): {}", call.method(), call.path(), id, sql.toString());
            call.header("Retry-After", "1");
            answer(
                    call,
                    Problem.of(
                            ProblemKind.UNAVAILABLE,
                            sql instanceof SQLTransientException || !"57014".equals(sql.getSQLState())
                                    ? "the database does not answer; try again"
                                    : "the database took longer than a call may (postgres.statement-timeout): ask for"
                                            + " less at once, or try again",
                            call.path(),
                            List.of()));
            return;
        }
        LOG.error("{} {} failed ({})", call.method(), call.path(), id, failure);
        answer(call, Problem.of(ProblemKind.INTERNAL, "the log has it under request_id", call.path(), List.of()));
    }

    /** Connection lost or refused, too many connections, shutting down, a lock or statement that took too long, a deadlock. */
    private static boolean isUnavailable(SQLException sql) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        return sql instanceof SQLTransientException
                || state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.equals("55P03")
                || state.equals("25P03");
    }

    private static <T> @Nullable T cause(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }

    private static void answer(Context call, Problem problem) {
        // Of the answer that failed, of which this is none.
        call.res().setHeader("ETag", null);
        call.res().setHeader("Location", null);
        call.status(problem.status())
                .contentType(Problem.MEDIA_TYPE)
                .result(Json.bytes(problem.of(RequestIds.of(call))));
    }
}
