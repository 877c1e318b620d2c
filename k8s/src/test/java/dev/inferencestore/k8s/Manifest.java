package dev.inferencestore.k8s;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One YAML document of a manifest file, as written. */
record Manifest(String file, ObjectNode tree) {
    static final Path FOLDER = Path.of("").toAbsolutePath();
    static final String KUSTOMIZATION = "kustomization.yaml";
    static final String SECRETS = "secrets.example.yaml";

    private static final ObjectReader YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    /** Every manifest in the folder, the example of the secret included. */
    static List<Manifest> all() {
        return files().stream().flatMap(file -> in(file).stream()).toList();
    }

    /** Names of the manifest files, sorted. */
    static List<String> files() {
        try (Stream<Path> paths = Files.list(FOLDER)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") && !name.equals(KUSTOMIZATION))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The documents of one file; fails on a key that is there twice and on anything that is no object. */
    static List<Manifest> in(String file) {
        try (MappingIterator<JsonNode> documents =
                YAML.readValues(FOLDER.resolve(file).toFile())) {
            List<Manifest> manifests = new ArrayList<>();
            while (documents.hasNext()) {
                manifests.add(new Manifest(file, (ObjectNode) documents.next()));
            }
            return manifests;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file, unreadable);
        }
    }

    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file, unreadable);
        }
    }

    String kind() {
        return tree.path("kind").asText();
    }

    @Override
    public String toString() {
        return file + ": " + kind();
    }
}
