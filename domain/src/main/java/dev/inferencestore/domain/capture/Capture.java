package dev.inferencestore.domain.capture;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Omitted;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model's capture rules, ready to be applied. Never fails, and what it lets through holds nothing that is to be redacted. */
public final class Capture {
    /** The bits of a hash that a double holds. */
    private static final int BITS = 53;

    private final CaptureRules rules;
    private final Redaction redaction;

    public Capture(CaptureRules rules) {
        this.rules = rules;
        this.redaction = new Redaction(rules);
    }

    /** Whether events of this model must not be kept as they came, not even as dead letters. */
    public boolean redacts() {
        return rules.redacts();
    }

    /** Whether the inference of this id is among those that are stored. Depends on nothing else, so both halves agree. */
    public boolean samples(String inferenceId) {
        if (rules.sample() >= 1) {
            return true;
        }
        long hash = ByteBuffer.wrap(Sha256.of(inferenceId.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return (hash >>> (Long.SIZE - BITS)) < rules.sample() * (1L << BITS);
    }

    /** What is stored of an inference; null where nothing is. */
    public @Nullable Inference apply(Inference said) {
        if (!status(said.statusCode()) || (said.part() == Part.RESPONSE && !rules.outputs())) {
            return null;
        }
        Payload input = capped(redaction.input(kept(said.input(), rules.inputs())), rules.maxInputSize());
        Payload output = capped(redaction.output(kept(said.output(), rules.outputs())), rules.maxOutputSize());
        return said.captured(input, output, redaction.metadata(said.metadata()), rules.version());
    }

    private boolean status(@Nullable Integer code) {
        List<String> wanted = rules.statusCodes();
        if (code == null || wanted.isEmpty()) {
            return true;
        }
        String text = code.toString();
        return wanted.stream()
                .anyMatch(one -> one.endsWith("xx")
                        ? text.length() == one.length() && text.charAt(0) == one.charAt(0)
                        : one.equals(text));
    }

    private static @Nullable Payload kept(@Nullable Payload payload, boolean wanted) {
        if (payload == null || wanted || payload.omitted() != null) {
            return payload;
        }
        long size = payload.isToBeFetched() ? -1 : payload.bytes().length;
        return payload.without(new Omitted(Omission.NOT_CAPTURED, size, null));
    }

    /** A payload of at most so many bytes, or what is still said of it. */
    public static @Nullable Payload capped(@Nullable Payload payload, @Nullable Long most) {
        if (payload == null || most == null) {
            return payload;
        }
        if (payload.isToBeFetched()) {
            return payload.atMost(most);
        }
        if (payload.bytes().length <= most) {
            return payload;
        }
        return payload.without(new Omitted(Omission.TOO_LARGE, payload.bytes().length, Sha256.of(payload.bytes())));
    }
}
