package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.Pace;
import dev.inferencestore.job.replay.watch.Reading;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.job.replay.watch.WatchedSource;
import java.io.Serializable;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Rows of a model in the order of event time, each as what becomes of it, when it is due. For one subtask. */
public final class RowsSource implements Source<Emission, RowsSplit, List<RowsSplit>> {
    private static final long serialVersionUID = 1L;
    private static final double UNLIMITED = 1e9;

    private final Settings settings;
    private final Range range;
    private final long total;
    private final Encoder encoder;
    private final Pace pace;
    private final Clock clock;

    /**
     * Which rows.
     *
     * @param from event time in microseconds
     * @param to event time in microseconds before which they are
     */
    record Range(String modelId, long from, long to) implements Serializable {}

    private RowsSource(Settings settings, Range range, long total, Encoder encoder, Pace pace, Clock clock) {
        this.settings = settings;
        this.range = range;
        this.total = total;
        this.encoder = encoder;
        this.pace = pace;
        this.clock = clock;
    }

    static WatchedSource<Emission, RowsSplit, List<RowsSplit>> of(
            Settings settings, Range range, long total, Encoder encoder, Pace pace, Clock clock, Watch watch) {
        return new WatchedSource<>(
                new RowsSource(settings, range, total, encoder, pace, clock),
                TypeInformation.of(Emission.class),
                watch,
                enumerator -> (Reading) enumerator,
                RowsSplit::done,
                UNLIMITED,
                1);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Emission, RowsSplit> createReader(SourceReaderContext context) {
        return new RowsSourceReader(
                () -> new RowsReader(RowsAccess.open(settings), encoder, new Timing(pace, clock)), context);
    }

    @Override
    public SplitEnumerator<RowsSplit, List<RowsSplit>> createEnumerator(SplitEnumeratorContext<RowsSplit> context) {
        return restoreEnumerator(context, List.of(new RowsSplit(range.modelId(), range.from(), range.to(), null, 0)));
    }

    @Override
    public SplitEnumerator<RowsSplit, List<RowsSplit>> restoreEnumerator(
            SplitEnumeratorContext<RowsSplit> context, List<RowsSplit> waiting) {
        return new RowsEnumerator(context, waiting, total);
    }

    @Override
    public SimpleVersionedSerializer<RowsSplit> getSplitSerializer() {
        return new RowsSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<List<RowsSplit>> getEnumeratorCheckpointSerializer() {
        return new RowsStateSerializer();
    }
}
