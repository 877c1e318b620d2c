package dev.inferencestore.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Picks loopback ports that nobody listens on, for servers that must know their port before they start.
 *
 * <p>Between the choice and the bind another process could take the port. So ports come at random from below the range that
 * the system hands out itself, and none is given twice in one JVM.
 */
public final class FreePorts {
    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;
    private static final Set<Integer> GIVEN = new HashSet<>();
    private static final Random RANDOM = new Random();

    private FreePorts() {}

    /** A free port. Fails when a thousand tries in a row found none. */
    public static synchronized int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = LOWEST + RANDOM.nextInt(HIGHEST - LOWEST);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IllegalStateException("No free port on loopback between " + LOWEST + " and " + HIGHEST + " in "
                + ATTEMPTS + " tries: stop what listens there, or name the port.");
    }

    /** The port asked for, or a free one when that is 0. */
    static int orNext(int port) {
        return port == 0 ? next() : port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
