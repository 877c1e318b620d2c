package dev.inferencestore.job.replay.file;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/** A file as state. Version 1 did not have when it was written. */
final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {
    static final int VERSION = 2;
    private static final int WITHOUT_TIME = 1;

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
        return read(version, new DataInputDeserializer(serialized));
    }

    static void write(FileSplit split, DataOutputView out) throws IOException {
        out.writeUTF(split.path());
        out.writeLong(split.size());
        out.writeUTF(split.tag());
        out.writeLong(split.modified());
        out.writeLong(split.entry());
        out.writeLong(split.from());
    }

    static FileSplit read(int version, DataInputView in) throws IOException {
        return new FileSplit(
                in.readUTF(),
                in.readLong(),
                in.readUTF(),
                version == WITHOUT_TIME ? -1 : in.readLong(),
                in.readLong(),
                in.readLong());
    }
}
