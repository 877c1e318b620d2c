package dev.inferencestore.domain.format.body;

import org.jspecify.annotations.Nullable;

/** Server-sent events as raw bytes: the way in which answers are streamed. */
final class EventStream {
    private EventStream() {}

    /** Whether bytes are events, by how they begin. */
    static boolean is(byte[] body) {
        int at = ContentTypes.first(body);
        // Lines that begin with a colon are comments, which some servers send first to keep a connection open.
        while (at < body.length && body[at] == ':') {
            at = nextLine(body, at);
            while (at < body.length && isEnd(body[at])) {
                at++;
            }
        }
        return begins(body, at, "data:") || begins(body, at, "event:");
    }

    /** Where the first line is. */
    static int first(byte[] body) {
        return ContentTypes.first(body);
    }

    /** The data of the first event at or after a line's begin, from and to; null where there is none. */
    static int @Nullable [] next(byte[] body, int line) {
        for (int at = line; at < body.length; at = nextLine(body, at)) {
            if (begins(body, at, "data:")) {
                return data(body, at);
            }
        }
        return null;
    }

    /** The data of the last event that begins before a place; null where there is none, or only the mark of the end. */
    static int @Nullable [] last(byte[] body, int first, int before) {
        int end = before;
        while (end > first) {
            int line = end - 1;
            while (line > first && !isEnd(body[line - 1])) {
                line--;
            }
            if (begins(body, line, "data:")) {
                int[] data = data(body, line);
                if (data[1] > data[0] && body[data[0]] == '{' && data[0] < before) {
                    return data;
                }
            }
            end = line;
        }
        return null;
    }

    private static int[] data(byte[] body, int line) {
        int from = line + "data:".length();
        int to = from;
        while (to < body.length && !isEnd(body[to])) {
            to++;
        }
        while (from < to && body[from] == ' ') {
            from++;
        }
        return new int[] {from, to};
    }

    private static int nextLine(byte[] body, int at) {
        int next = at;
        while (next < body.length && !isEnd(body[next])) {
            next++;
        }
        return Math.min(body.length, next + 1);
    }

    private static boolean isEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    private static boolean begins(byte[] body, int at, String text) {
        if (at + text.length() > body.length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (body[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
