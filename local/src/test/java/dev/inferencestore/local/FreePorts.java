package dev.inferencestore.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.stream.IntStream;

/** As many ports in a row as the local run takes, where nothing listens yet. */
final class FreePorts {
    private FreePorts() {}

    static int base() {
        Random random = new Random();
        for (int attempt = 0; attempt < 100; attempt++) {
            int base = 12_000 + random.nextInt(18_000);
            if (IntStream.range(base, base + Ports.COUNT).allMatch(FreePorts::isFree)) {
                return base;
            }
        }
        throw new IllegalStateException("No " + Ports.COUNT + " free ports in a row.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
