package dev.inferencestore.job.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.InvalidReplay;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What is asked for on the command line. Options become the JSON that they stand for, so that the same rules hold. */
final class GivenSpec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GivenSpec() {}

    /**
     * Reads it.
     *
     * @throws InvalidSettings with every rule that it breaks
     */
    static ReplaySpec of(Settings settings, ReplayKind kind) {
        try {
            ReplaySpec spec = settings.find(ReplayOptions.SPEC)
                    .map(ReplaySpecCodec::decode)
                    .orElseGet(() ->
                            ReplaySpecCodec.decode(kind == ReplayKind.REPLAY ? replay(settings) : reEmit(settings)));
            if (spec.kind() != kind) {
                throw new InvalidSettings(
                        List.of("'" + ReplayOptions.SPEC.key() + "' must be of kind " + kind.text() + " for this job"));
            }
            return spec;
        } catch (InvalidReplay invalid) {
            throw new InvalidSettings(invalid.rules().stream()
                    .map(broken -> "of the replay, '" + broken.field() + "' " + broken.rule())
                    .toList());
        }
    }

    private static ObjectNode replay(Settings settings) {
        ObjectNode json = common(settings, ReplayKind.REPLAY);
        ObjectNode source = json.putObject("source");
        boolean files = settings.find(ReplayOptions.FILES).isPresent();
        source.put("kind", files ? "files" : "topic");
        settings.find(ReplayOptions.FORMAT).ifPresent(format -> source.put("format", format));
        list(settings, ReplayOptions.FILES, source, "paths");
        list(settings, ReplayOptions.TOPICS, source, "topics");
        times(settings, source);
        settings.find(ReplayOptions.OFFSETS).ifPresent(text -> offsets(text, source));
        json.put("include_disabled", settings.get(ReplayOptions.INCLUDE_DISABLED));
        settings.find(ReplayOptions.RATE).ifPresent(rate -> json.put("events_per_second", rate));
        return json;
    }

    private static ObjectNode reEmit(Settings settings) {
        ObjectNode json = common(settings, ReplayKind.RE_EMIT);
        times(settings, json);
        settings.find(ReplayOptions.TOPIC).ifPresent(topic -> json.put("topic", topic));
        String pace = settings.get(ReplayOptions.PACE);
        try {
            json.put("pace", Double.parseDouble(pace));
        } catch (NumberFormatException word) {
            json.put("pace", pace);
        }
        json.put("new_ids", settings.get(ReplayOptions.NEW_IDS));
        return json;
    }

    private static ObjectNode common(Settings settings, ReplayKind kind) {
        ObjectNode json = JSON.createObjectNode().put("kind", kind.text());
        settings.find(ReplayOptions.MODEL).ifPresent(model -> json.put("model_id", model));
        settings.find(ReplayOptions.AS_MODEL).ifPresent(model -> json.put("as_model", model));
        return json;
    }

    private static void times(Settings settings, ObjectNode json) {
        settings.find(ReplayOptions.START).ifPresent(start -> json.put("start", start));
        settings.find(ReplayOptions.END).ifPresent(end -> json.put("end", end));
    }

    private static void list(Settings settings, Option<String> option, ObjectNode json, String field) {
        settings.find(option).ifPresent(text -> {
            ArrayNode list = json.putArray(field);
            each(text, list::add);
        });
    }

    /** What is of another form becomes what the rules refuse, with its name. */
    private static void offsets(String text, ObjectNode source) {
        ObjectNode offsets = source.putObject("offsets");
        each(text, part -> {
            String[] words = part.split("[=:]", -1);
            ArrayNode range = offsets.putArray(words[0]);
            for (int i = 1; i < words.length; i++) {
                if (words[i].matches("[0-9]{1,18}")) {
                    range.add(Long.parseLong(words[i]));
                } else {
                    range.add(words[i]);
                }
            }
        });
    }

    private static void each(String text, Consumer<String> take) {
        Arrays.stream(text.split(",", -1)).map(String::strip).forEach(take);
    }
}
