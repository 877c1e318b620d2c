package dev.inferencestore.job.replay.file;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplaySource;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.replay.watch.Reading;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.job.replay.watch.WatchedSource;
import dev.inferencestore.storage.file.AnyFiles;
import dev.inferencestore.storage.file.FileAccess;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Files whose entries are events. They are looked for when the job starts; each is read by one reader, from its beginning or
 * from the entry that a checkpoint names. One that is deleted meanwhile fails the job, and so the replay; of one that is
 * changed meanwhile, or cannot be read to its end, the rest is one entry that says so.
 */
public final class FilesSource implements Source<RawEvent, FileSplit, FilesState> {
    private static final long serialVersionUID = 1L;

    private final ReplaySource.Files wanted;
    private final @Nullable String model;
    private final Opener opener;
    private final long most;

    private FilesSource(ReplaySource.Files wanted, @Nullable String model, Opener opener, long most) {
        this.wanted = wanted;
        this.model = model;
        this.opener = opener;
        this.most = most;
    }

    /** Opens access to files where it is needed. */
    interface Opener extends Serializable {
        FileAccess open();
    }

    /**
     * What a replay reads.
     *
     * @param model that all entries are taken for; null for what they say
     */
    public static WatchedSource<RawEvent, FileSplit, FilesState> of(
            Settings settings, ReplaySource.Files wanted, @Nullable String model, Watch watch, double eventsPerSecond) {
        return new WatchedSource<>(
                new FilesSource(wanted, model, () -> AnyFiles.connect(settings), settings.get(JobOptions.MAX_EVENT)),
                TypeInformation.of(RawEvent.class),
                watch,
                enumerator -> (Reading) enumerator,
                FileSplit::left,
                eventsPerSecond,
                Integer.MAX_VALUE);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<RawEvent, FileSplit> createReader(SourceReaderContext context) {
        return new FilesReader(() -> new EntryReader(opener.open(), wanted.format(), model, most), context);
    }

    @Override
    public SplitEnumerator<FileSplit, FilesState> createEnumerator(SplitEnumeratorContext<FileSplit> context) {
        return restoreEnumerator(context, new FilesState(false, List.of(), 0));
    }

    @Override
    public SplitEnumerator<FileSplit, FilesState> restoreEnumerator(
            SplitEnumeratorContext<FileSplit> context, FilesState state) {
        return new FilesEnumerator(context, wanted.paths(), opener, state);
    }

    @Override
    public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
        return new FileSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<FilesState> getEnumeratorCheckpointSerializer() {
        return new FilesStateSerializer();
    }
}
