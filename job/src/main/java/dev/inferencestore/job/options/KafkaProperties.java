package dev.inferencestore.job.options;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** What every Kafka client is given beside the brokers, such as security. */
public final class KafkaProperties {
    private KafkaProperties() {}

    /**
     * Reads them.
     *
     * @throws InvalidSettings where the file cannot be read
     */
    public static Properties of(Settings settings) {
        Properties properties = new Properties();
        String file = settings.find(JobOptions.KAFKA_PROPERTIES).orElse(null);
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException unreadable) {
                throw new InvalidSettings(List.of("'" + JobOptions.KAFKA_PROPERTIES.key()
                        + "' names a file that cannot be read: " + unreadable.getMessage()));
            }
        }
        return properties;
    }
}
