package dev.inferencestore.local.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** A customer's words, and the feeling that a model finds in them. */
record Review(String text, int stars, String language) {
    private static final List<String> THINGS =
            List.of("The parcel", "The lamp", "This kettle", "Der Stuhl", "La montre");
    private static final List<String> BAD =
            List.of("came broken", "stopped after a day", "ist nach einer Woche kaputt", "ne marche pas");
    private static final List<String> GOOD =
            List.of("is all I hoped for", "arrived a day early", "ist jeden Cent wert", "est très élégante ♥");

    static Review write(Random random) {
        boolean good = random.nextInt(3) > 0;
        List<String> ends = good ? GOOD : BAD;
        int end = random.nextInt(ends.size());
        String language = end < 2 ? "en" : end == 2 ? "de" : "fr";
        String thing = THINGS.get(end < 2 ? random.nextInt(3) : end + 1);
        int stars = good ? 4 + random.nextInt(2) : 1 + random.nextInt(2);
        return new Review(thing + " " + ends.get(end) + ".", stars, language);
    }

    ObjectNode output(Random random) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.put("sentiment", stars > 3 ? "positive" : "negative");
        output.put("score", Math.round((0.7 + 0.3 * random.nextDouble()) * 1000) / 1000.0);
        return output;
    }

    ObjectNode metadata() {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("language", language);
        metadata.put("stars", stars);
        metadata.put("characters", text.length());
        return metadata;
    }
}
