package dev.inferencestore.domain.replay;

import java.util.List;

/** Whether events are stored that were sent before, or events are sent that were stored before. */
public enum ReplayKind {
    /** Events of topics or files go through decoding, routing and storing again. */
    REPLAY("replay"),
    /** Stored inferences go to a topic as events. */
    RE_EMIT("re_emit");

    /** The subtasks that read and route: they count what was read, turned away and dead-lettered. */
    public static final String ROUTE = "route";

    /** The subtasks that write rows: they count what was stored, was there already and was refused. */
    public static final String STORE = "store";

    /** The subtasks of a re-emission. */
    public static final String SEND = "send";

    private final String text;

    ReplayKind(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Whose subtasks must all have finished before it is complete. */
    public List<String> roles() {
        return this == REPLAY ? List.of(ROUTE, STORE) : List.of(SEND);
    }

    /** Reads what {@link #text} gives. */
    public static ReplayKind of(String text) {
        for (ReplayKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of replay: " + text);
    }
}
