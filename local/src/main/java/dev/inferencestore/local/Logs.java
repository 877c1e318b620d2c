package dev.inferencestore.local;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** The log is a file in the data directory; the terminal is for people. */
final class Logs {
    private static final String CONFIGURATION = "log4j2.configurationFile";

    private Logs() {}

    /** Must come before anything logs. */
    static void to(Path file) {
        System.setProperty("inference-store.log", file.toString());
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "classpath:dev/inferencestore/local/log4j2.properties");
        }
    }

    /** Logs a failure that nobody foresaw, and says in a few lines what it was. */
    static StartFailure failedStart(Throwable failure, DataDirectory data) {
        if (failure instanceof StartFailure known) {
            return known;
        }
        LoggerFactory.getLogger(LocalStore.class).error("the start has failed", failure);
        StringBuilder message = new StringBuilder("The start has failed.");
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            message.append("\n  ").append(cause.getMessage() == null ? cause : cause.getMessage());
        }
        if (data.temporary()) {
            failure.printStackTrace();
        } else {
            message.append("\nMore is in ").append(data.log());
        }
        return new StartFailure(message.toString());
    }
}
