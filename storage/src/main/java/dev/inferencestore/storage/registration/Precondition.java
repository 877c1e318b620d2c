package dev.inferencestore.storage.registration;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a caller expects to find before a change: its version, that it exists, that it does not, or nothing. */
public final class Precondition {
    private enum Kind {
        NONE,
        EXISTS,
        ABSENT,
        VERSION
    }

    private final Kind kind;
    private final Set<Long> versions;

    private Precondition(Kind kind, Set<Long> versions) {
        this.kind = kind;
        this.versions = Set.copyOf(versions);
    }

    public static Precondition none() {
        return new Precondition(Kind.NONE, Set.of());
    }

    public static Precondition exists() {
        return new Precondition(Kind.EXISTS, Set.of());
    }

    public static Precondition absent() {
        return new Precondition(Kind.ABSENT, Set.of());
    }

    /** It is at one of these versions. */
    public static Precondition versionIn(Set<Long> versions) {
        return new Precondition(Kind.VERSION, versions);
    }

    /**
     * Checks it against what there is, under the lock of the change.
     *
     * @param what is changed, as in {@code model 'm'}
     * @param version null where there is no such thing
     * @throws StaleVersion when it does not hold
     */
    public void check(String what, @Nullable Long version) {
        boolean holds =
                switch (kind) {
                    case NONE -> true;
                    case EXISTS -> version != null;
                    case ABSENT -> version == null;
                    case VERSION -> version != null && versions.contains(version);
                };
        if (!holds) {
            throw new StaleVersion(what, version);
        }
    }
}
