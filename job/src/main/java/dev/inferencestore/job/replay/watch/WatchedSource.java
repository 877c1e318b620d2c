package dev.inferencestore.job.replay.watch;

import java.io.Serializable;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A bounded source under watch: see {@link WatchedReader} and {@link WatchedEnumerator}. State is that of the source. */
public final class WatchedSource<T, S extends SourceSplit, E> implements Source<T, S, E>, ResultTypeQueryable<T> {
    private static final long serialVersionUID = 1L;

    private final Source<T, S, E> source;
    private final TypeInformation<T> type;
    private final Watch watch;
    private final Readings<S, E> readings;
    private final Next<S> next;
    private final double eventsPerSecond;
    private final int mostSplits;

    /**
     * Puts a source under watch.
     *
     * @param readings what adds up how far its readers are
     * @param next what of a split is read next
     * @param eventsPerSecond of all readers together, each of which has an equal share
     * @param mostSplits how many readers may have anything to read
     */
    public WatchedSource(
            Source<T, S, E> source,
            TypeInformation<T> type,
            Watch watch,
            Readings<S, E> readings,
            Next<S> next,
            double eventsPerSecond,
            int mostSplits) {
        this.source = source;
        this.type = type;
        this.watch = watch;
        this.readings = readings;
        this.next = next;
        this.eventsPerSecond = eventsPerSecond;
        this.mostSplits = mostSplits;
    }

    /** Makes a {@link Reading} for an enumerator. */
    public interface Readings<S extends SourceSplit, E>
            extends Function<SplitEnumerator<S, E>, Reading>, Serializable {}

    /** Says what of a split is read next. */
    public interface Next<S> extends ToLongFunction<S>, Serializable {}

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
        int readers = Math.max(1, Math.min(mostSplits, context.currentParallelism()));
        return new WatchedReader<>(
                source.createReader(context),
                next,
                new Rate(eventsPerSecond / readers),
                context::sendSourceEventToCoordinator,
                System::nanoTime);
    }

    @Override
    public SplitEnumerator<S, E> createEnumerator(SplitEnumeratorContext<S> context) throws Exception {
        return watched(source.createEnumerator(context), context);
    }

    @Override
    public SplitEnumerator<S, E> restoreEnumerator(SplitEnumeratorContext<S> context, E state) throws Exception {
        return watched(source.restoreEnumerator(context, state), context);
    }

    private SplitEnumerator<S, E> watched(SplitEnumerator<S, E> enumerator, SplitEnumeratorContext<S> context) {
        return new WatchedEnumerator<>(
                enumerator, context, watch, readings.apply(enumerator), System.currentTimeMillis());
    }

    @Override
    public SimpleVersionedSerializer<S> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<E> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }
}
