package dev.inferencestore.api.deadletter;

import dev.inferencestore.domain.deadletter.LetterHeaders;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.storage.deadletter.DeadEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter, read whole.
 *
 * @param at when it became one
 * @param modelId the registered model that it is for, where that is known
 * @param event where the event stood; null where the letter does not say
 * @param held the event as far as the letter has it
 * @param cut the bytes that the event had, where the letter has not all of them
 */
record Letter(
        LetterId id,
        Instant at,
        String reason,
        String detail,
        @Nullable String modelId,
        @Nullable DeadEvent event,
        RawEvent held,
        @Nullable Long cut) {
    /** The last moment that RFC 3339 has a text for, in milliseconds. */
    private static final long LAST = 253_402_300_799_999L;

    /** Empty where a record is no dead letter: anybody may have written to the topic. */
    static Optional<Letter> of(ConsumerRecord<byte[], byte[]> record) {
        Header[] headers = record.headers().toArray();
        int first = headers.length - 1;
        while (first >= 0 && !headers[first].key().equals(LetterHeaders.REASON)) {
            first--;
        }
        if (first < 0) {
            return Optional.empty();
        }
        List<EventHeader> own = new ArrayList<>();
        for (int i = 0; i < first; i++) {
            own.add(new EventHeader(headers[i].key(), headers[i].value()));
        }
        Map<String, String> says = new HashMap<>();
        for (int i = first; i < headers.length; i++) {
            byte[] value = headers[i].value();
            says.put(headers[i].key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return Optional.of(of(record, own, says));
    }

    private static Letter of(ConsumerRecord<byte[], byte[]> record, List<EventHeader> own, Map<String, String> says) {
        String model = says.get(LetterHeaders.MODEL);
        String topic = says.getOrDefault(LetterHeaders.TOPIC, "");
        Long partition = number(says.get(LetterHeaders.PARTITION));
        Long offset = number(says.get(LetterHeaders.OFFSET));
        Long millis = number(says.get(LetterHeaders.TIMESTAMP));
        DeadEvent event =
                TopicNames.isValid(topic) && partition != null && partition <= Integer.MAX_VALUE && offset != null
                        ? new DeadEvent(topic, partition.intValue(), offset, millis == null ? -1 : millis)
                        : null;
        return new Letter(
                new LetterId(record.partition(), record.offset()),
                Instant.ofEpochMilli(Math.max(0, Math.min(record.timestamp(), LAST))),
                says.getOrDefault(LetterHeaders.REASON, ""),
                says.getOrDefault(LetterHeaders.DETAIL, ""),
                model != null && ModelIds.isValid(model) ? model : null,
                event,
                new RawEvent(
                        topic,
                        event == null ? -1 : event.partition(),
                        event == null ? -1 : event.offset(),
                        event == null ? -1 : event.millis(),
                        record.key(),
                        record.value(),
                        own),
                number(says.get(LetterHeaders.CUT)));
    }

    /** Bytes of the whole event. */
    long size() {
        return cut == null ? held.size() : cut;
    }

    /** The event's Kafka timestamp, where the letter says one that can be written. */
    @Nullable
    Instant timestamp() {
        return event == null || event.millis() < 0 || event.millis() > LAST
                ? null
                : Instant.ofEpochMilli(event.millis());
    }

    private static @Nullable Long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
    }
}
