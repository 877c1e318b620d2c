package dev.inferencestore.api.retention;

import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.retention.Task;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** The last task of a page: when it was made, to the microsecond, and its id. */
record TaskCursor(Instant time, String taskId) {
    private static final Pattern PARTS = Pattern.compile("(\\d{1,16})_(.*)");

    /** The form of what {@link #text} gives. */
    static final TextRule FORM = text -> {
        var parts = PARTS.matcher(text);
        return parts.matches() && TextRule.UUID.broken(parts.group(2)).isEmpty()
                ? Optional.empty()
                : Optional.of("must be a time and a task");
    };

    static TaskCursor of(Task task) {
        return new TaskCursor(task.createdAt(), task.taskId());
    }

    /** Reads a text of the form. */
    static TaskCursor of(String text) {
        int end = text.indexOf('_');
        Instant time = EventTime.instant(Long.parseLong(text, 0, end, 10));
        return new TaskCursor(time, text.substring(end + 1));
    }

    String text() {
        return EventTime.of(time) + "_" + taskId;
    }
}
