package dev.inferencestore.job.replay.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class FilesStateTest {
    private static final FileSplit SPLIT = new FileSplit("file:///a", 10, "tag", 1234, 3, 7);

    @Test
    void stateIsReadAsItWasWritten() throws IOException {
        FileSplitSerializer splits = new FileSplitSerializer();
        FilesStateSerializer states = new FilesStateSerializer();
        FilesState state = new FilesState(true, List.of(SPLIT, FileSplit.of(SPLIT.file())), 20);

        assertThat(splits.deserialize(splits.getVersion(), splits.serialize(SPLIT)))
                .isEqualTo(SPLIT);
        assertThat(states.deserialize(states.getVersion(), states.serialize(state)))
                .isEqualTo(state);
    }

    @Test
    void stateOfTheFirstVersionHasNoTimesOfFiles() throws IOException {
        DataOutputSerializer split = new DataOutputSerializer(64);
        first(split);
        DataOutputSerializer state = new DataOutputSerializer(64);
        state.writeBoolean(true);
        state.writeLong(20);
        state.writeInt(1);
        first(state);
        FileSplit expected = new FileSplit("file:///a", 10, "tag", -1, 3, 7);

        assertThat(new FileSplitSerializer().deserialize(1, split.getCopyOfBuffer()))
                .isEqualTo(expected);
        assertThat(new FilesStateSerializer().deserialize(1, state.getCopyOfBuffer()))
                .isEqualTo(new FilesState(true, List.of(expected), 20));
    }

    private static void first(DataOutputSerializer out) throws IOException {
        out.writeUTF("file:///a");
        out.writeLong(10);
        out.writeUTF("tag");
        out.writeLong(3);
        out.writeLong(7);
    }
}
