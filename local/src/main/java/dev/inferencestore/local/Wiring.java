package dev.inferencestore.local;

import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.options.JobOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** The options of the job and the API, with the addresses of this run's servers; the rest is left to the environment. */
final class Wiring {
    private final Map<String, String> addresses = new LinkedHashMap<>();

    Wiring with(String key, String value) {
        addresses.put(key, value);
        return this;
    }

    Settings forJob() {
        return read(JobOptions.ALL);
    }

    Settings forApi() {
        return read(ApiOptions.ALL);
    }

    /**
     * The job's part of them as a file for jobs that are submitted, since among them are secrets, which no arguments may hold.
     *
     * @return the file
     */
    Path fileForJobs(Path folder) {
        Set<String> known = JobOptions.ALL.stream().map(Option::key).collect(Collectors.toSet());
        Properties properties = new Properties();
        addresses.forEach((key, value) -> {
            if (known.contains(key)) {
                properties.setProperty(key, value);
            }
        });
        Path file = folder.resolve("job.properties");
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (Writer writer = Files.newBufferedWriter(file)) {
                properties.store(writer, null);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ".", e);
        }
    }

    /** Only what these options know: the API may not need what the job needs. */
    private Settings read(Collection<Option<?>> options) {
        Set<String> known = options.stream().map(Option::key).collect(Collectors.toSet());
        List<String> arguments = new ArrayList<>();
        addresses.forEach((key, value) -> {
            if (known.contains(key)) {
                arguments.add("--" + key);
                arguments.add(value);
            }
        });
        return Settings.read(options, arguments.toArray(String[]::new), System.getenv());
    }
}
