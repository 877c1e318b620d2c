package dev.inferencestore.job.replay.send;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The range that nobody has, or none, as state. */
final class RowsStateSerializer implements SimpleVersionedSerializer<List<RowsSplit>> {
    private final RowsSplitSerializer one = new RowsSplitSerializer();

    @Override
    public int getVersion() {
        return one.getVersion();
    }

    @Override
    public byte[] serialize(List<RowsSplit> waiting) throws IOException {
        return waiting.isEmpty() ? new byte[0] : one.serialize(waiting.get(0));
    }

    @Override
    public List<RowsSplit> deserialize(int version, byte[] serialized) throws IOException {
        return serialized.length == 0 ? List.of() : List.of(one.deserialize(version, serialized));
    }
}
