package dev.inferencestore.api.audit;

import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.audit.AuditEntry;
import dev.inferencestore.storage.audit.AuditQuery;
import java.util.Optional;

/** The last entry of a page: when it was made, to the microsecond, and its id. */
final class AuditCursor {
    /** The form of what {@link #text} gives. */
    static final TextRule FORM =
            text -> text.matches("\\d{1,16}_\\d{1,18}") ? Optional.empty() : Optional.of("must be a time and an id");

    private AuditCursor() {}

    static String text(AuditEntry last) {
        return EventTime.of(last.at()) + "_" + last.id();
    }

    /** Reads a text of the form. */
    static AuditQuery.Place of(String text) {
        int end = text.indexOf('_');
        return new AuditQuery.Place(
                EventTime.instant(Long.parseLong(text, 0, end, 10)), Long.parseLong(text.substring(end + 1)));
    }
}
