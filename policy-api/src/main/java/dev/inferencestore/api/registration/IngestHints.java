package dev.inferencestore.api.registration;

import dev.inferencestore.storage.progress.InEffectSnapshot;
import dev.inferencestore.storage.progress.InEffectState;
import dev.inferencestore.storage.registration.IngestFigures;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.UnmatchedSource;
import dev.inferencestore.storage.topic.SourceTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says in plain sentences why a model's events are not stored, and what to do. */
final class IngestHints {
    private static final int NAMES = 5;

    private IngestHints() {}

    /**
     * The hints, the most basic first.
     *
     * @param unmatched names that no model claims, newest first
     * @param topics those that the model's sources name
     */
    static List<String> of(
            Model model,
            IngestFigures figures,
            InEffectSnapshot job,
            List<UnmatchedSource> unmatched,
            List<SourceTopic> topics) {
        List<String> hints = new ArrayList<>();
        ofSwitches(model, job, hints);
        topics.forEach(topic -> ofTopic(topic, job, hints));
        ofEvents(figures, unmatched, hints);
        ofDeadLetters(model.modelId(), figures, hints);
        ofRows(figures, hints);
        return hints;
    }

    private static void ofSwitches(Model model, InEffectSnapshot job, List<String> hints) {
        if (!model.enabled()) {
            hints.add("Storage is disabled, so its events are turned away: enable it with PUT /api/v1/models/"
                    + model.modelId() + "/storage and {\"enabled\": true}.");
        }
        InEffectState state = job.of(model.version(), model.enabled());
        if (!job.hasLiveJob()) {
            hints.add("No job is running, so no events are read: start the job.");
        } else if (!state.inEffect()) {
            hints.add("The last change of this model is not in effect yet: " + state.reason() + ".");
        }
    }

    private static void ofTopic(SourceTopic topic, InEffectSnapshot job, List<String> hints) {
        String name = "The topic '" + topic.topic() + "', which a source names, ";
        switch (topic.state()) {
            case READING -> {}
            case MISSING -> hints.add(name + "does not exist (yet): its events are read once it is made.");
            case FORBIDDEN ->
                hints.add(name + "may not be read: " + topic.detail()
                        + ". Let that user describe and read it; it is then read on by itself.");
            case REFUSED -> hints.add(name + "is never read: " + topic.detail() + ". Name another one.");
            case UNKNOWN -> {
                if (topic.detail() != null) {
                    hints.add(name + "is maybe not read: " + topic.detail() + ".");
                } else if (job.hasLiveJob()) {
                    hints.add(name + "has not been looked at yet: the job does so every few seconds"
                            + " (kafka.partition-discovery).");
                }
            }
        }
    }

    private static void ofEvents(IngestFigures figures, List<UnmatchedSource> unmatched, List<String> hints) {
        if (figures.events() == 0) {
            String names = unmatched.stream()
                    .limit(NAMES)
                    .map(source -> "'" + source.name() + "'")
                    .collect(Collectors.joining(", "));
            hints.add("No event that names this model has been seen."
                    + (names.isEmpty()
                            ? ""
                            : " Events name models that are not registered: " + names
                                    + "; all of them are in GET /api/v1/unmatched-sources."));
        } else if (figures.total("turned_away") > 0) {
            hints.add(counted(figures.total("turned_away"), "event was", "events were") + " turned away: "
                    + reasons(figures.byReason("turned_away")) + ".");
        }
    }

    private static void ofDeadLetters(String modelId, IngestFigures figures, List<String> hints) {
        figures.last("dead_lettered").ifPresent(last -> {
            long count = figures.total("dead_lettered");
            String all = count == figures.events() ? " (all that were seen)" : "";
            String detail = last.detail() == null ? "" : ": " + last.detail();
            hints.add(counted(count, "event is a dead letter", "events are dead letters") + all + ": "
                    + reasons(figures.byReason("dead_lettered")) + ". The last one, at " + last.lastAt() + ", "
                    + last.reason() + detail + ". GET /api/v1/dead-letters?model_id=" + modelId
                    + " shows them, and after a fix they can be replayed.");
        });
    }

    private static void ofRows(IngestFigures figures, List<String> hints) {
        long rows = figures.total("inserted")
                + figures.total("already_there")
                + figures.total("refused")
                + figures.total("conflicting");
        if (figures.total("accepted") > 0 && rows == 0) {
            hints.add("Events are accepted but none is durable yet: they are at the latest after the job's next"
                    + " checkpoint; if that does not come, look at the job's log.");
        }
        if (figures.total("refused") > 0) {
            hints.add(counted(figures.total("refused"), "record was", "records were") + " refused, because what they"
                    + " belong to was removed before: " + reasons(figures.byReason("refused")) + ".");
        }
        if (figures.total("conflicting") > 0) {
            hints.add(counted(figures.total("conflicting"), "record has", "records have") + " the id, time and part of"
                    + " another one and other content: the first is kept, the others are set aside.");
        }
    }

    private static String reasons(Map<String, Long> byReason) {
        return byReason.entrySet().stream()
                .map(reason ->
                        (reason.getKey().isEmpty() ? "no reason given" : reason.getKey()) + " " + reason.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
