package dev.inferencestore.job.replay.file;

import dev.inferencestore.domain.event.RawEvent;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/** Gives out entries, and asks for another file when one is read. State: how far each file is. */
final class FilesReader
        extends SingleThreadMultiplexSourceReaderBase<Entry, RawEvent, FileSplit, FilesReader.Progress> {

    /** Of one file. */
    static final class Progress {
        private FileSplit split;

        private Progress(FileSplit split) {
            this.split = split;
        }
    }

    FilesReader(Supplier<EntryReader> readers, SourceReaderContext context) {
        super(
                readers::get,
                (entry, output, progress) -> {
                    output.collect(entry.event());
                    progress.split = progress.split.at(entry.nextEntry(), entry.nextByte());
                },
                context.getConfiguration(),
                context);
    }

    @Override
    public void start() {
        if (getNumberOfCurrentlyAssignedSplits() == 0) {
            context.sendSplitRequest();
        }
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> finished) {
        context.sendSplitRequest();
    }

    @Override
    protected Progress initializedState(FileSplit split) {
        return new Progress(split);
    }

    @Override
    protected FileSplit toSplitType(String path, Progress progress) {
        return progress.split;
    }
}
