package dev.inferencestore.api.operations;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API as a process of its own, as it is started in production. */
final class ApiProcess implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("The API listens on http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path output;
    private int port;

    private ApiProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ApiProcess start(TestServers.Store store, Path output, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PolicyApi.class.getName()));
        command.addAll(List.of(store.arguments(false, more)));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(store.secrets());
            Process process = builder.start();
            ApiProcess api = new ApiProcess(process, output);
            Await.until(() -> {
                Matcher listens = LISTENS.matcher(api.output());
                if (listens.find()) {
                    api.port = Integer.parseInt(listens.group(1));
                } else if (!process.isAlive()) {
                    throw new AssertionError("the API has ended: " + api.output());
                }
                return api.port > 0;
            });
            return api;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As a supervisor does. */
    void tellToStop() {
        process.destroy();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    List<String> lines() {
        return output().lines().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
