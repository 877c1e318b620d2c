package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.options.JobOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job and the API refuse keys that they do not know: so the manifests may not have one. */
class ManifestOptionsTest {
    private static final String SECRETS = "/etc/inference-store-secrets";

    @TempDir
    Path directory;

    @Test
    void theJobTakesThePropertiesOfTheManifests() throws IOException {
        isTaken("job.properties", JobOptions.ALL);
    }

    @Test
    void theApiTakesThePropertiesOfTheManifests() throws IOException {
        isTaken("api.properties", ApiOptions.ALL);
    }

    @Test
    void theManifestsHaveNoOtherProperties() throws IOException {
        assertThat(data().fieldNames()).toIterable().containsExactlyInAnyOrder("job.properties", "api.properties");
    }

    private void isTaken(String name, List<Option<?>> options) throws IOException {
        Path properties = directory.resolve(name);
        Files.writeString(properties, data().get(name).textValue().replace(SECRETS, directory.toString()));
        for (String secret : List.of("postgres.password", "auth.bootstrap-token", "s3.access-key", "s3.secret-key")) {
            Files.writeString(directory.resolve(secret), "a-secret".repeat(4));
        }
        Files.writeString(
                directory.resolve("links.keys"), "first:" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==");

        assertThatCode(() -> Settings.read(options, new String[] {"--config", properties.toString()}, Map.of()))
                .doesNotThrowAnyException();
    }

    private static JsonNode data() throws IOException {
        return new YAMLMapper()
                .readTree(Path.of("..", "k8s", "config.yaml").toFile())
                .get("data");
    }
}
