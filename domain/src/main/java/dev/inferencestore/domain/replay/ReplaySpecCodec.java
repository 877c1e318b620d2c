package dev.inferencestore.domain.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a replay as JSON: in a call of the API, on the job's command line and in the database. Reading checks
 * every rule that needs nothing but the JSON.
 */
public final class ReplaySpecCodec {
    /** More events a second than any cluster stores. */
    public static final int MOST_EVENTS_PER_SECOND = 10_000_000;

    private static final List<String> FIELDS = List.of(
            "model_id",
            "as_model",
            "include_disabled",
            "events_per_second",
            "start",
            "end",
            "topic",
            "pace",
            "new_ids");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double FASTEST_NUMBER = 1e6;

    private ReplaySpecCodec() {}

    /**
     * Reads one.
     *
     * @throws InvalidReplay with every rule that it breaks
     */
    public static ReplaySpec decode(String json) {
        try {
            return decode(JSON.readTree(json));
        } catch (JsonProcessingException notJson) {
            throw new InvalidReplay(
                    List.of(new InvalidReplay.Rule("spec", "is not JSON: " + notJson.getOriginalMessage())));
        }
    }

    /**
     * Reads one.
     *
     * @throws InvalidReplay with every rule that it breaks
     */
    public static ReplaySpec decode(JsonNode json) {
        List<InvalidReplay.Rule> broken = new ArrayList<>();
        ReplaySpec spec = null;
        if (json instanceof ObjectNode object) {
            spec = spec(new SpecFields(object, "", broken), broken);
        } else {
            broken.add(new InvalidReplay.Rule("spec", "must be a JSON object"));
        }
        if (spec == null || !broken.isEmpty()) {
            throw new InvalidReplay(broken);
        }
        return spec;
    }

    private static @Nullable ReplaySpec spec(SpecFields fields, List<InvalidReplay.Rule> broken) {
        String kind = fields.oneOf("kind", List.of(ReplayKind.REPLAY.text(), ReplayKind.RE_EMIT.text()));
        if (kind == null) {
            fields.know(FIELDS);
            if (fields.value("source") instanceof ObjectNode object) {
                SourceJson.read(new SpecFields(object, "source.", broken), broken);
            }
            fields.done();
            return null;
        }
        ReplaySpec spec = ReplayKind.of(kind) == ReplayKind.REPLAY ? replay(fields, broken) : reEmit(fields);
        fields.done();
        return spec;
    }

    private static ReplaySpec.@Nullable Replay replay(SpecFields fields, List<InvalidReplay.Rule> broken) {
        String modelId = fields.modelId("model_id");
        String asModel = fields.modelId("as_model");
        boolean includeDisabled = fields.flag("include_disabled");
        Integer eventsPerSecond = eventsPerSecond(fields);
        ReplaySource source = null;
        if (fields.value("source") instanceof ObjectNode object) {
            source = SourceJson.read(new SpecFields(object, "source.", broken), broken);
        } else {
            fields.error("source", "must be an object of kind topic or files");
        }
        if (asModel != null && source instanceof ReplaySource.Topics) {
            fields.error("as_model", "goes with files only: what comes by a topic is the model's that it names");
        }
        if (asModel != null && modelId != null && !asModel.equals(modelId)) {
            fields.error("model_id", "must be left out or the same as as_model");
        }
        return source == null
                ? null
                : new ReplaySpec.Replay(
                        modelId == null ? asModel : modelId, source, asModel, includeDisabled, eventsPerSecond);
    }

    private static @Nullable Integer eventsPerSecond(SpecFields fields) {
        JsonNode value = fields.value("events_per_second");
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > MOST_EVENTS_PER_SECOND) {
            fields.error("events_per_second", "must be a whole number from 1 to " + MOST_EVENTS_PER_SECOND);
            return null;
        }
        return value.intValue();
    }

    private static ReplaySpec.ReEmit reEmit(SpecFields fields) {
        String modelId = fields.modelId("model_id");
        if (!fields.has("model_id")) {
            fields.error("model_id", "must be given");
        }
        Instant start = fields.time("start");
        Instant end = fields.time("end");
        fields.range(start, end);
        JsonNode topic = fields.value("topic");
        String rule = topic == null
                ? "must be given"
                : topic.isTextual() ? SpecFields.topicRule(topic.textValue()) : "must be a text";
        if (rule != null) {
            fields.error("topic", rule);
        }
        Pace pace = pace(fields);
        boolean newIds = fields.flag("new_ids");
        String asModel = fields.modelId("as_model");
        return new ReplaySpec.ReEmit(
                modelId == null ? "" : modelId, start, end, topic == null ? "" : topic.asText(), pace, newIds, asModel);
    }

    private static Pace pace(SpecFields fields) {
        JsonNode value = fields.value("pace");
        if (value == null || "original".equals(value.textValue())) {
            return Pace.ORIGINAL;
        }
        if ("fastest".equals(value.textValue())) {
            return Pace.FASTEST;
        }
        double times = value.isNumber() ? value.doubleValue() : 0;
        if (times > 0 && times <= FASTEST_NUMBER) {
            return new Pace(times);
        }
        fields.error("pace", "must be original, fastest, or a number above 0 and up to 1000000 of times the original");
        return Pace.ORIGINAL;
    }

    /** As JSON that {@link #decode(String)} reads as the same. */
    public static String encode(ReplaySpec spec) {
        return json(spec).toString();
    }

    /** As JSON that {@link #decode(JsonNode)} reads as the same; what was left out is left out. */
    public static ObjectNode json(ReplaySpec spec) {
        ObjectNode json = JSON.createObjectNode().put("kind", spec.kind().text());
        put(json, "model_id", spec.modelId());
        if (spec instanceof ReplaySpec.Replay replay) {
            json.set("source", SourceJson.write(JSON.createObjectNode(), replay.source()));
            put(json, "as_model", replay.asModel());
            json.put("include_disabled", replay.includeDisabled());
            if (replay.eventsPerSecond() != null) {
                json.put("events_per_second", replay.eventsPerSecond());
            }
        } else if (spec instanceof ReplaySpec.ReEmit reEmit) {
            put(json, "start", reEmit.start());
            put(json, "end", reEmit.end());
            json.put("topic", reEmit.topic());
            putPace(json, reEmit.pace());
            json.put("new_ids", reEmit.newIds());
            put(json, "as_model", reEmit.asModel());
        }
        return json;
    }

    private static void putPace(ObjectNode json, Pace pace) {
        if (pace.isFastest()) {
            json.put("pace", "fastest");
        } else if (pace.equals(Pace.ORIGINAL)) {
            json.put("pace", "original");
        } else {
            json.put("pace", pace.times());
        }
    }

    static void put(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value.toString());
        }
    }

    static void put(ArrayNode json, List<String> texts) {
        texts.forEach(json::add);
    }

    static List<String> formats() {
        return Arrays.stream(FileFormat.values()).map(FileFormat::text).toList();
    }
}
