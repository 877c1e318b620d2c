package dev.inferencestore.storage.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a project should not pass. It is warned, never stopped.
 *
 * @param terms what it allows
 * @param version one higher with each change, never used twice for a project
 */
public record Quota(String projectId, Terms terms, long version, Instant createdAt, Instant updatedAt) {
    /** From so many percent on there is a warning; from all of it on it is passed. */
    static final int NEAR = 80;

    static final int OVER = 100;

    /** What is allowed; null leaves it open. */
    public record Terms(@Nullable Long records, @Nullable Long bytes) {}

    /**
     * What is used of what is allowed, where that is much.
     *
     * @param of {@code records} or {@code bytes}
     * @param level 80 or 100
     */
    public record Warning(String of, long used, long quota, int percent, int level) {}

    /** Warnings about what is used; none where there is room. */
    public List<Warning> warnings(Used used) {
        List<Warning> warnings = new ArrayList<>();
        add(warnings, "records", used.records(), terms.records());
        add(warnings, "bytes", used.bytes(), terms.bytes());
        return warnings;
    }

    private static void add(List<Warning> warnings, String of, long used, @Nullable Long quota) {
        if (quota == null) {
            return;
        }
        int level = used >= quota ? OVER : used >= quota * (NEAR / 100.0) ? NEAR : 0;
        if (level > 0) {
            int percent = (int) Math.min(Integer.MAX_VALUE, Math.floor(used * 100.0 / quota));
            warnings.add(new Warning(of, used, quota, percent, level));
        }
    }
}
