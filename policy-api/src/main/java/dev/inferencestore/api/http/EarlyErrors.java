package dev.inferencestore.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Errors that the server finds before any call is reached, such as a path that cannot be decoded. */
final class EarlyErrors extends ErrorHandler {
    /** What the server calls the path of a request that it could not read. */
    private static final String UNREAD = "/badMessage";

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        Problem problem = Problem.early(code, HttpStatus.getMessage(code), path(request));
        // One that is answered twice keeps its id.
        String given = response.getHeaders().get(RequestIds.HEADER);
        String id = RequestIds.sane(given == null ? request.getHeaders().get(RequestIds.HEADER) : given);
        response.getHeaders().put(RequestIds.HEADER, id);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        // After a request that it cannot read the server closes the connection, which a client must know to send no
        // other.
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        SecurityHeaders.ALWAYS.forEach(response.getHeaders()::put);
        response.write(true, ByteBuffer.wrap(Json.bytes(problem.of(id))), callback);
    }

    /** The path that was called, as far as one could be read. */
    private static String path(Request request) {
        String path = Request.getPathInContext(request);
        return path == null || path.isEmpty() || path.equals(UNREAD) ? "/" : path;
    }
}
