package dev.inferencestore.job.replay.file;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/** A file as state. */
final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {
    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(FileSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(128);
        write(split, out);
        return out.getCopyOfBuffer();
    }

    @Override
    public FileSplit deserialize(int version, byte[] serialized) throws IOException {
        return read(new DataInputDeserializer(serialized));
    }

    static void write(FileSplit split, DataOutputView out) throws IOException {
        out.writeUTF(split.path());
        out.writeLong(split.size());
        out.writeUTF(split.tag());
        out.writeLong(split.entry());
        out.writeLong(split.from());
    }

    static FileSplit read(DataInputView in) throws IOException {
        return new FileSplit(in.readUTF(), in.readLong(), in.readUTF(), in.readLong(), in.readLong());
    }
}
