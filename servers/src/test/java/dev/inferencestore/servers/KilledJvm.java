package dev.inferencestore.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Another JVM, that runs a server and is then killed without warning. */
final class KilledJvm implements AutoCloseable {
    private final Process process;
    private final String address;

    private KilledJvm(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts the server there and waits until it has said its address. */
    static KilledJvm running(String server, Path dir) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        server,
                        dir.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("READY ")) {
                return new KilledJvm(process, line.substring("READY ".length()));
            }
        }
        throw new IllegalStateException("The other JVM ended without a word.");
    }

    String address() {
        return address;
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /** What the other JVM runs. */
    public static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            Path dir = Path.of(arguments[1]);
            String address = arguments[0].equals("kafka")
                    ? KafkaServer.start(dir, 0).bootstrapServers()
                    : PostgresServer.start(dir, 0).jdbcUrl();
            System.out.println("READY " + address);
            Thread.currentThread().join();
        }
    }
}
