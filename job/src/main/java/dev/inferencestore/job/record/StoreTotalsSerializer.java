package dev.inferencestore.job.record;

import dev.inferencestore.job.route.Total;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** One count of the writer's state. */
public final class StoreTotalsSerializer implements SimpleVersionedSerializer<Total> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Total total) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeUTF(total.name());
        out.writeLong(total.count());
        return out.getCopyOfBuffer();
    }

    @Override
    public Total deserialize(int version, byte[] serialized) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        return new Total(in.readUTF(), in.readLong());
    }
}
