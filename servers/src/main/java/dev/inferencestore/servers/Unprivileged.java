package dev.inferencestore.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * PostgreSQL refuses to run as root, for good reason; containers and build machines often are root all the same. This is how to run
 * it as somebody else there, without asking that a user was made for it.
 */
enum Unprivileged {
    /** We are not root. */
    AS_IS("", "-1"),
    /** As nobody, who keeps the one right to reach a directory below root's own. Works in containers. */
    NOBODY(
            "setpriv --reuid=65534 --regid=65534 --clear-groups"
                    + " --inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override",
            "65534"),
    /** In a user namespace that has no root. Where only one user exists. */
    NAMESPACE("unshare -U", "0");

    private static final List<String> NOT_ROOT = List.of("sh", "-c", "test \"$(id -u)\" != 0");

    private final String prefix;
    private final String owner;

    Unprivileged(String prefix, String owner) {
        this.prefix = prefix;
        this.owner = owner;
    }

    /** The first that works on this machine. Fails when none does. */
    static Unprivileged chosen() {
        for (Unprivileged way : values()) {
            if (way.works()) {
                return way;
            }
        }
        throw new IllegalStateException(
                "PostgreSQL does not run as root, and neither setpriv nor unshare can drop root here: run as another user.");
    }

    boolean works() {
        if (this != AS_IS && AS_IS.works()) {
            // Only root can become somebody else.
            return false;
        }
        return Commands.succeeds(command(NOT_ROOT));
    }

    List<String> command(List<String> arguments) {
        return Stream.concat(Stream.of(prefix.split(" ")).filter(word -> !word.isEmpty()), arguments.stream())
                .toList();
    }

    /** Makes the files belong to whom the server runs as: PostgreSQL insists. */
    void own(Path dataDir) {
        if (this != AS_IS) {
            Commands.run(List.of("chown", "-R", owner + ":" + owner, dataDir.toString()));
        }
    }
}
