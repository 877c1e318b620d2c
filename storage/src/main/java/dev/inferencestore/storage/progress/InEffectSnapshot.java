package dev.inferencestore.storage.progress;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the live job has, read once and asked about many versions. The live job is that of the routing subtask that
 * started last among those with a fresh heartbeat; rows of its former parallelism do not count.
 */
public final class InEffectSnapshot {
    /** One subtask with a fresh heartbeat. */
    record Subtask(String jobId, String role, int index, int parallelism, Instant startedAt, long version) {}

    private final List<Subtask> routers;
    private final List<Subtask> writers;

    InEffectSnapshot(List<Subtask> fresh) {
        routers = newest(fresh, Beat.ROUTE).map(last -> peers(fresh, last)).orElse(List.of());
        writers = routers.isEmpty()
                ? List.of()
                : newest(ofJob(fresh, routers.get(0).jobId()), Beat.STORE)
                        .map(last -> peers(fresh, last))
                        .orElse(List.of());
    }

    /** Whether any job shows signs of life. */
    public boolean hasLiveJob() {
        return !routers.isEmpty();
    }

    /**
     * Whether a version of a model is obeyed.
     *
     * @param stores whether that version stores events; where it does not, what was in flight must be durable too
     */
    public InEffectState of(long version, boolean stores) {
        if (routers.isEmpty()) {
            return InEffectState.no("no job is running");
        }
        if (!allHave(routers, version)) {
            return InEffectState.no(share(routers, version) + " subtasks have it");
        }
        if (stores) {
            return InEffectState.YES;
        }
        if (writers.isEmpty()) {
            return InEffectState.no("no writer of the running job has reported");
        }
        return allHave(writers, version)
                ? InEffectState.YES
                : InEffectState.no(share(writers, version) + " writers have flushed since");
    }

    private static Optional<Subtask> newest(List<Subtask> fresh, String role) {
        return fresh.stream()
                .filter(subtask -> subtask.role().equals(role))
                .max(Comparator.comparing(Subtask::startedAt).thenComparing(Subtask::jobId));
    }

    private static List<Subtask> ofJob(List<Subtask> fresh, String jobId) {
        return fresh.stream().filter(subtask -> subtask.jobId().equals(jobId)).toList();
    }

    private static List<Subtask> peers(List<Subtask> fresh, Subtask last) {
        return ofJob(fresh, last.jobId()).stream()
                .filter(subtask -> subtask.role().equals(last.role()))
                .filter(subtask -> subtask.parallelism() == last.parallelism() && subtask.index() < last.parallelism())
                .toList();
    }

    private static boolean allHave(List<Subtask> subtasks, long version) {
        return having(subtasks, version) == subtasks.get(0).parallelism();
    }

    private static String share(List<Subtask> subtasks, long version) {
        return having(subtasks, version) + " of " + subtasks.get(0).parallelism();
    }

    private static long having(List<Subtask> subtasks, long version) {
        return subtasks.stream().filter(subtask -> subtask.version() >= version).count();
    }
}
