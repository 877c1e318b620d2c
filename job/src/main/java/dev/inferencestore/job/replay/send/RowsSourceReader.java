package dev.inferencestore.job.replay.send;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/** Gives out rows. State: the last one. */
final class RowsSourceReader
        extends SingleThreadMultiplexSourceReaderBase<SentRow, Emission, RowsSplit, RowsSourceReader.Progress> {

    /** How far it is. */
    static final class Progress {
        private RowsSplit split;

        private Progress(RowsSplit split) {
            this.split = split;
        }
    }

    RowsSourceReader(Supplier<RowsReader> readers, SourceReaderContext context) {
        super(
                readers::get,
                (row, output, progress) -> {
                    output.collect(row.emission());
                    progress.split = progress.split.after(row.place());
                },
                context.getConfiguration(),
                context);
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> finished) {
        // There is no other.
    }

    @Override
    protected Progress initializedState(RowsSplit split) {
        return new Progress(split);
    }

    @Override
    protected RowsSplit toSplitType(String modelId, Progress progress) {
        return progress.split;
    }
}
