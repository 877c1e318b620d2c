package dev.inferencestore.local.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** What a camera says of a picture, and a detector of what is on it. */
final class Detector {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int CAMERAS = 12;
    private static final double LATITUDE = 52.52;
    private static final double LONGITUDE = 13.40;

    private Detector() {}

    /** One detection a shape: label, score, and box as x, y, width, height in pixels. */
    static ObjectNode output(List<Shape> shapes, Random random) {
        ObjectNode output = JSON.objectNode();
        ArrayNode detections = output.putArray("detections");
        for (Shape shape : shapes) {
            ObjectNode detection = detections.addObject();
            detection.put("label", shape.kind().label());
            detection.put("score", rounded(0.6 + 0.4 * random.nextDouble(), 1000));
            detection
                    .putArray("box")
                    .add(shape.x())
                    .add(shape.y())
                    .add(shape.width())
                    .add(shape.height());
        }
        return output;
    }

    static ObjectNode metadata(Random random, boolean night) {
        int camera = random.nextInt(CAMERAS);
        ObjectNode metadata = JSON.objectNode();
        metadata.put("camera", "camera-%02d".formatted(camera + 1));
        metadata.put("latitude", rounded(LATITUDE + camera * 0.004, 100_000));
        metadata.put("longitude", rounded(LONGITUDE + camera * 0.007, 100_000));
        metadata.put("exposure_ms", night ? 40 + random.nextInt(60) : 1 + random.nextInt(10));
        metadata.put("time_of_day", night ? "night" : "day");
        metadata.put("flash", night && random.nextBoolean());
        return metadata;
    }

    private static double rounded(double value, int steps) {
        return Math.round(value * steps) / (double) steps;
    }
}
