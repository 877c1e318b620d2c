package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.storage.inference.Place;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Where a re-emission is, as state. */
final class RowsSplitSerializer implements SimpleVersionedSerializer<RowsSplit> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(RowsSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(128);
        out.writeUTF(split.modelId());
        out.writeLong(split.from());
        out.writeLong(split.to());
        out.writeLong(split.done());
        Place after = split.after();
        out.writeBoolean(after != null);
        if (after != null) {
            out.writeLong(after.createdAt());
            out.writeUTF(after.inferenceId());
            out.writeUTF(after.part().text());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public RowsSplit deserialize(int version, byte[] serialized) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        String modelId = in.readUTF();
        long from = in.readLong();
        long to = in.readLong();
        long done = in.readLong();
        Place after = in.readBoolean() ? new Place(in.readLong(), in.readUTF(), Part.of(in.readUTF())) : null;
        return new RowsSplit(modelId, from, to, after, done);
    }
}
