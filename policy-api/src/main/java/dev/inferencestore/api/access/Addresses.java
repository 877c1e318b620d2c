package dev.inferencestore.api.access;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Which addresses may be trusted with what decides who is let in. */
final class Addresses {
    private Addresses() {}

    /** Whether what is read there is what its owner wrote: by https, or on this machine. */
    static boolean isSafe(URI address) {
        if (address.getHost() == null) {
            return false;
        }
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && isLoopback(address.getHost()));
    }

    private static boolean isLoopback(String host) {
        try {
            boolean literal = host.equals("localhost") || host.startsWith("[") || host.matches("[0-9.]+");
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
