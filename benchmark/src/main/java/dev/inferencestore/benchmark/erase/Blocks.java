package dev.inferencestore.benchmark.erase;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds pieces of what should be gone. Data in a tar begin at a block, so each piece of a block's length that an input has
 * would be a block of an object. Pieces are told apart by their first sixteen bytes, which are random here.
 */
final class Blocks {
    private static final int BLOCK = 512;
    private static final int HEAD = 16;

    private final Set<ByteBuffer> gone = new HashSet<>();

    /** Adds an input that should be gone. */
    void add(byte[] input) {
        for (int at = 0; at + HEAD <= input.length; at += BLOCK) {
            gone.add(ByteBuffer.wrap(Arrays.copyOfRange(input, at, at + HEAD)));
        }
    }

    /** How many blocks of an object are such. */
    long foundIn(byte[] object) {
        long found = 0;
        for (int at = 0; at + HEAD <= object.length; at += BLOCK) {
            if (gone.contains(ByteBuffer.wrap(object, at, HEAD))) {
                found++;
            }
        }
        return found;
    }

    int pieces() {
        return gone.size();
    }
}
