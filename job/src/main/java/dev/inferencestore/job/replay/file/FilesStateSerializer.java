package dev.inferencestore.job.replay.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What is still to be handed out, as state. Its versions are those of the files in it. */
final class FilesStateSerializer implements SimpleVersionedSerializer<FilesState> {
    @Override
    public int getVersion() {
        return FileSplitSerializer.VERSION;
    }

    @Override
    public byte[] serialize(FilesState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        out.writeBoolean(state.listed());
        out.writeLong(state.bytes());
        out.writeInt(state.waiting().size());
        for (FileSplit split : state.waiting()) {
            FileSplitSerializer.write(split, out);
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public FilesState deserialize(int version, byte[] serialized) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        boolean listed = in.readBoolean();
        long bytes = in.readLong();
        int size = in.readInt();
        List<FileSplit> waiting = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            waiting.add(FileSplitSerializer.read(version, in));
        }
        return new FilesState(listed, waiting, bytes);
    }
}
