package dev.inferencestore.api.http;

import io.javalin.config.JavalinConfig;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;

/**
 * Lets an id in a path hold any character, percent-encoded. Senders make ids of inferences up, and by default the server
 * takes no encoded slash, percent sign, backslash or dot, for the sake of servers of files. Here no path names a file, and
 * calls are found by the path as it was sent, so what is encoded never separates.
 */
public final class EncodedPaths {
    private static final Set<Violation> TAKEN = EnumSet.of(
            Violation.AMBIGUOUS_PATH_SEPARATOR,
            Violation.AMBIGUOUS_PATH_ENCODING,
            Violation.AMBIGUOUS_PATH_SEGMENT,
            Violation.AMBIGUOUS_PATH_PARAMETER,
            Violation.SUSPICIOUS_PATH_CHARACTERS);

    private EncodedPaths() {}

    public static void addTo(JavalinConfig server) {
        server.jetty.modifyHttpConfiguration(http ->
                http.setUriCompliance(UriCompliance.DEFAULT.with("encoded ids", TAKEN.toArray(Violation[]::new))));
        server.jetty.modifyServletContextHandler(
                context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
    }
}
