package dev.inferencestore.domain.registration;

import dev.inferencestore.domain.capture.Capture;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest control record of every model. Records may come in any order and more than once: the highest version
 * wins, so loading from the database and reading the topic can overlap. Not safe for use by several threads.
 */
public final class Registry {
    private final Map<String, Known> models = new HashMap<>();
    private final Map<SourceKey, String> sources = new HashMap<>();
    private final Map<String, Map<SourceFormat, Integer>> topics = new HashMap<>();
    private long version;

    /**
     * Takes a record in if it is newer than what is known of its model.
     *
     * @return whether it was
     */
    public boolean apply(ControlRecord record) {
        version = Math.max(version, record.version());
        Known known = models.get(record.modelId());
        if (known != null && known.record.version() >= record.version()) {
            return false;
        }
        if (known != null && !known.record.deleted()) {
            known.record.sources().forEach(source -> release(source, record.modelId()));
        }
        if (!record.deleted()) {
            record.sources().forEach(source -> claim(source, record.modelId()));
        }
        models.put(
                record.modelId(), new Known(record, record.capture() == null ? null : new Capture(record.capture())));
        return true;
    }

    /** The registration of a model; null where none was ever seen. Unregistered models are still found. */
    public @Nullable ControlRecord find(String modelId) {
        Known known = models.get(modelId);
        return known == null ? null : known.record;
    }

    /** The registration of the model that has a source; null where none has. */
    public @Nullable ControlRecord find(SourceKey source) {
        String modelId = sources.get(source);
        return modelId == null ? null : find(modelId);
    }

    /** The rules of a model; null where it has none. */
    public @Nullable Capture capture(String modelId) {
        Known known = models.get(modelId);
        return known == null ? null : known.capture;
    }

    /** What sources say is the format of a topic; null where they say nothing. */
    public @Nullable SourceFormat formatOf(String topic) {
        Map<SourceFormat, Integer> formats = topics.get(topic);
        // Of several the first one in their order, so that it does not depend on which was registered first.
        return formats == null
                ? null
                : formats.keySet().stream().sorted().findFirst().orElse(null);
    }

    /** The highest version seen, of any model. */
    public long version() {
        return version;
    }

    public int size() {
        return models.size();
    }

    private void claim(Source source, String modelId) {
        SourceKey key = SourceKey.of(source);
        if (key == null) {
            return;
        }
        sources.put(key, modelId);
        for (String topic : SourceFormat.topics(source)) {
            topics.computeIfAbsent(topic, any -> new HashMap<>()).merge(key.format(), 1, Integer::sum);
        }
    }

    private void release(Source source, String modelId) {
        SourceKey key = SourceKey.of(source);
        if (key == null) {
            return;
        }
        // A newer record of another model may have it already.
        sources.remove(key, modelId);
        for (String topic : SourceFormat.topics(source)) {
            topics.computeIfPresent(topic, (name, formats) -> {
                formats.merge(key.format(), -1, (has, one) -> has + one > 0 ? has + one : null);
                return formats.isEmpty() ? null : formats;
            });
        }
    }

    private record Known(ControlRecord record, @Nullable Capture capture) {}
}
