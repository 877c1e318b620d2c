package dev.inferencestore.local.demo;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The models of the demo: what they are, how often they are asked, and in which form they say so. */
enum DemoModel {
    STREET("street-detector", "street", "object_detection", "Cars and signs", true, true, 16),
    PARCEL("parcel-detector", "parcel", "object_detection", "Parcels on a belt", true, true, 14),
    REVIEWS("review-sentiment", "reviews", "text_classification", "Feelings in reviews", true, true, 16),
    NIGHT("night-camera", "night", "object_detection", "Yard at night", true, false, 12),
    /** Sends, though nobody has registered it. */
    UNKNOWN("unknown-model", "unknown", "object_detection", "Nobody knows", false, false, 12);

    private final String id;
    private final String nickname;
    private final String task;
    private final String title;
    private final boolean registered;
    private final boolean stored;
    private final int weight;

    /** How long what is stored stays, in seconds; a record age of null keeps records for ever. */
    record Keep(@Nullable Integer recordAge, int blobAge, String action) {}

    DemoModel(String id, String nickname, String task, String title, boolean registered, boolean stored, int weight) {
        this.id = id;
        this.nickname = nickname;
        this.task = task;
        this.title = title;
        this.registered = registered;
        this.stored = stored;
        this.weight = weight;
    }

    String id() {
        return id;
    }

    /** Short, for a line that is read at a glance. */
    String nickname() {
        return nickname;
    }

    String task() {
        return task;
    }

    String title() {
        return title;
    }

    boolean registered() {
        return registered;
    }

    /** Whether its storage is on when the demo begins. */
    boolean stored() {
        return stored;
    }

    /** Its retention policy; null where all stays for ever. */
    @Nullable
    Keep keep() {
        return switch (this) {
            case STREET -> new Keep(180, 60, "hard");
            case PARCEL -> new Keep(null, 120, "hard");
            case REVIEWS -> new Keep(120, 120, "soft");
            default -> null;
        };
    }

    /** A model by its weight. */
    static DemoModel any(Random random) {
        int sum = 0;
        for (DemoModel model : values()) {
            sum += model.weight;
        }
        int at = random.nextInt(sum);
        for (DemoModel model : values()) {
            at -= model.weight;
            if (at < 0) {
                return model;
            }
        }
        throw new AssertionError("weights do not add up");
    }

    /** The next inference, as the events it is sent in. */
    List<ProducerRecord<byte[], byte[]>> next(CloudEvents events, Random random) {
        Said said = said(random);
        boolean halves = this == PARCEL || this == NIGHT || (this == STREET && random.nextBoolean());
        return halves ? events.halves(said) : List.of(events.whole(said));
    }

    private Said said(Random random) {
        String inference = UUID.randomUUID().toString();
        if (this == REVIEWS) {
            Review review = Review.write(random);
            byte[] text = review.text().getBytes(StandardCharsets.UTF_8);
            return new Said(
                    id,
                    inference,
                    Instant.now(),
                    "classify",
                    "text/plain; charset=utf-8",
                    text,
                    review.output(random),
                    review.metadata());
        }
        boolean night = this == NIGHT || random.nextInt(3) == 0;
        Picture picture = Picture.draw(random, night);
        return new Said(
                id,
                inference,
                Instant.now(),
                "detect",
                "image/png",
                picture.png(),
                Detector.output(picture.shapes(), random),
                Detector.metadata(random, night));
    }
}
