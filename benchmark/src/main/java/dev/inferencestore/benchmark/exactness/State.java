package dev.inferencestore.benchmark.exactness;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What the trial remembers between its commands, in a small file.
 *
 * @param sendings how often the whole load was sent
 * @param sending whether a sending has begun and not ended
 */
record State(Plan plan, int sendings, boolean sending) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    static State read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "There is no state file '" + file + "': run 'exactness send' first, with the same --state.");
        }
        return JSON.readValue(file.toFile(), State.class);
    }

    void write(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        JSON.writeValue(next.toFile(), this);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    State begun() {
        if (sending) {
            throw new IllegalArgumentException("The last sending did not end, so nobody knows what was sent:"
                    + " begin again with a new store and another --state.");
        }
        return new State(plan, sendings, true);
    }

    State ended() {
        return new State(plan, sendings + 1, false);
    }
}
