package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What events hold, from random numbers that a seed gives. */
final class Contents {
    private static final String[] WORDS = {
        "plate", "Straße", "\"quoted\"", "line\nbreak", "tab\t", "back\\slash", "猫", "🚗"
    };
    private static final int LARGE_OUTPUT = 1_100_000;

    private Contents() {}

    static Inference of(Slot slot, SplittableRandom random) {
        Payload input = input(slot.shape(), random);
        Payload output = slot.part() == Part.REQUEST ? null : output(slot.shape(), random);
        return new Inference(
                slot.model(),
                slot.inferenceId(),
                slot.createdAt(),
                slot.part(),
                slot.index() % 3 == 0 ? null : "detect",
                input,
                output,
                slot.index() % 5 == 0 ? null : metadata(slot.index(), random),
                null,
                "/trial/cameras/" + slot.index() % 7,
                null);
    }

    private static @Nullable Payload input(Shape shape, SplittableRandom random) {
        int size = size(random);
        return switch (shape) {
            case BASE64, STRUCTURED, MALFORMED -> new Payload("image/png", bytes(random, size));
            case TEXT -> new Payload("text/plain; charset=utf-8", text(random, size));
            case JSON -> new Payload("application/json", json(random, size));
            case REQUEST -> new Payload("application/octet-stream", bytes(random, size));
            case RESPONSE -> null;
        };
    }

    private static Payload output(Shape shape, SplittableRandom random) {
        boolean large = random.nextInt(500) == 0;
        int size = large ? LARGE_OUTPUT + random.nextInt(300_000) : 20 + random.nextInt(1500);
        return shape == Shape.RESPONSE
                ? new Payload("application/x-protobuf", bytes(random, size))
                : new Payload("application/json", json(random, size));
    }

    /** Log-uniform: most from 200 B to 8 KB, one in seven to 128 KB, three in a thousand to 2 MB. */
    private static int size(SplittableRandom random) {
        int of1000 = random.nextInt(1000);
        if (of1000 < 3) {
            return between(random, 128_000, 2_000_000);
        }
        return of1000 < 146 ? between(random, 8_000, 128_000) : between(random, 200, 8_000);
    }

    private static int between(SplittableRandom random, int from, int to) {
        return (int) (from * Math.exp(random.nextDouble() * Math.log((double) to / from)));
    }

    private static byte[] bytes(SplittableRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(SplittableRandom random, int size) {
        StringBuilder text = new StringBuilder(size + 16);
        while (text.length() < size) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(' ').append(random.nextInt(1_000_000));
        }
        return utf8(text);
    }

    /** With spaces, zeros and exponents that a reader which writes JSON anew would lose. */
    private static byte[] json(SplittableRandom random, int size) {
        StringBuilder json = new StringBuilder(size + 64).append("{ \"scores\" : [1.10");
        while (json.length() < size) {
            json.append(random.nextBoolean() ? ", " : ",")
                    .append(random.nextInt(1_000_000))
                    .append(".50e1");
        }
        return utf8(json.append("],\"label\":\"Stra\\u00dfe\"}"));
    }

    private static String metadata(int index, SplittableRandom random) {
        return "{\"camera\": \"north-%d\",\"frame\":%d,\"exposure\":%d.2500,\"night\":%b,\"position\":{\"latitude\":48.10,\"longitude\":-11.5},\"tags\":[\"ä\",null,[]]}"
                .formatted(index % 11, random.nextInt(), random.nextInt(100), random.nextBoolean());
    }

    private static byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
