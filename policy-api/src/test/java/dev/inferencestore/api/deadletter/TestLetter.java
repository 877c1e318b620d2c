package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.TestTopic.utf8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A dead letter as the job writes it: the event's own headers, and after them those of the letter. */
final class TestLetter {
    private static final AtomicLong NEXT = new AtomicLong(1000);

    private final List<Header> headers = new ArrayList<>();
    private String reason = "json_invalid";
    private String model;
    private String topic = "nowhere";
    private int partition;
    private long offset = NEXT.incrementAndGet();
    private long timestamp = -1;
    private byte[] key;
    private byte[] value = utf8("{");
    private long cut = -1;

    static TestLetter letter() {
        return new TestLetter();
    }

    static TestLetter of(String model) {
        TestLetter letter = new TestLetter();
        letter.model = model;
        return letter;
    }

    TestLetter because(String why) {
        reason = why;
        return this;
    }

    TestLetter from(String origin, int originPartition, long originOffset, long millis) {
        topic = origin;
        partition = originPartition;
        offset = originOffset;
        timestamp = millis;
        return this;
    }

    TestLetter header(String name, String text) {
        headers.add(new RecordHeader(name, text == null ? null : utf8(text)));
        return this;
    }

    TestLetter key(String text) {
        key = utf8(text);
        return this;
    }

    TestLetter value(byte[] bytes) {
        value = bytes;
        return this;
    }

    /** Of an event that had so many bytes and did not fit. */
    TestLetter cut(long size) {
        cut = size;
        key = null;
        headers.clear();
        value = Arrays.copyOf(value, Math.min(value.length, 64 * 1024));
        return this;
    }

    /** On a partition of a topic of dead letters, now. */
    ProducerRecord<byte[], byte[]> on(TestTopic letters, int at) {
        return on(letters, at, System.currentTimeMillis());
    }

    ProducerRecord<byte[], byte[]> on(TestTopic letters, int at, long millis) {
        List<Header> all = new ArrayList<>(headers);
        all.add(new RecordHeader("dl_reason", utf8(reason)));
        all.add(new RecordHeader("dl_detail", utf8("why: " + reason)));
        all.add(new RecordHeader("dl_topic", utf8(topic)));
        all.add(new RecordHeader("dl_partition", utf8(Integer.toString(partition))));
        all.add(new RecordHeader("dl_offset", utf8(Long.toString(offset))));
        if (timestamp >= 0) {
            all.add(new RecordHeader("dl_timestamp", utf8(Long.toString(timestamp))));
        }
        if (model != null) {
            all.add(new RecordHeader("dl_model", utf8(model)));
        }
        if (cut >= 0) {
            all.add(new RecordHeader("dl_cut", utf8(Long.toString(cut))));
        }
        return new ProducerRecord<>(letters.name(), at, millis, key, value, all);
    }
}
