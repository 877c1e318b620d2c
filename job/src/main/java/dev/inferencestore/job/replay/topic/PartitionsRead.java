package dev.inferencestore.job.replay.topic;

import dev.inferencestore.domain.replay.ReplaySource.PartitionRange;
import dev.inferencestore.job.replay.watch.Reading;
import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far each partition is read; one that was further before a restart stands still until it is read that far again. */
final class PartitionsRead implements Reading {
    private final Map<String, Position> positions = new HashMap<>();

    PartitionsRead(List<PartitionRange> plan) {
        plan.forEach(range -> positions.put(
                range.topic() + "-" + range.partition(), new Position(range.from(), range.from(), range.to())));
    }

    @Override
    public void goOnFrom(Map<String, Position> before) {
        before.forEach((name, position) -> read(name, position.next()));
    }

    @Override
    public void heard(int subtask, Map<String, Long> next) {
        next.forEach(this::read);
    }

    @Override
    public Map<String, Position> positions() {
        return Map.copyOf(positions);
    }

    private void read(String name, long next) {
        positions.computeIfPresent(name, (any, position) -> {
            long end = position.end() == null ? next : position.end();
            return new Position(position.from(), Math.max(position.next(), Math.min(next, end)), end);
        });
    }
}
