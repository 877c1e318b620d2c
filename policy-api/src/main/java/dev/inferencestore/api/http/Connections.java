package dev.inferencestore.api.http;

import io.javalin.http.Context;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** For answers that fail in their middle. */
public final class Connections {
    private Connections() {}

    /** Ends the connection at once: the caller sees that the answer is not whole, whatever came so far. */
    public static void cutOff(Context call) {
        ServletContextRequest.getServletContextRequest(call.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }
}
