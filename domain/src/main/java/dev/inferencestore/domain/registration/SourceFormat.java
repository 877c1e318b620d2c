package dev.inferencestore.domain.registration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The formats whose events name a model by something else than its id, and what a {@link Source} of each says. What a
 * source says is exact: two sources are the same where they have the same {@link SourceKey}.
 */
public enum SourceFormat {
    /** KServe's logger: one component of an inference service, and all its endpoints unless one is named. */
    KSERVE,
    /** Seldon Core v2: the topics of one model, {@code <prefix>.<namespace>.model.<model>.inputs} and {@code .outputs}. */
    SELDON,
    /** MLServer's payload logging: a model by the name that MLServer serves it under, on two topics. */
    MLSERVER,
    /** ModelMesh's payload processor: a model by its id there, or by the virtual model that points at it. */
    MODELMESH,
    /** Bodies without an envelope (Open Inference Protocol, OpenAI, KServe v1) on a topic that has one model's only. */
    PLAIN,
    /** Files of SageMaker Data Capture, for replays. */
    SAGEMAKER,
    /** Files of the Azure ML data collector, for replays. */
    AZUREML;

    /** Said where a Seldon source names no prefix. */
    public static final String SELDON_PREFIX = "seldon";

    /** Said where a KServe source, or an event of an old logger, names no component. */
    public static final String KSERVE_COMPONENT = "predictor";

    private static final int LONGEST_TOPIC = 249;

    /** As it stands in a source. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format of this name; null where there is none. */
    public static @Nullable SourceFormat of(String text) {
        for (SourceFormat format : values()) {
            if (format.text().equals(text)) {
                return format;
            }
        }
        return null;
    }

    /**
     * Every rule that a source breaks.
     *
     * @return sentences by attribute, {@code format} among them; empty where the source is in order
     */
    public static Map<String, String> broken(Source source) {
        SourceFormat format = of(source.format());
        if (format == null) {
            List<String> names = new ArrayList<>();
            for (SourceFormat known : values()) {
                names.add(known.text());
            }
            return Map.of("format", "must be one of " + String.join(", ", names));
        }
        return format.rules(source);
    }

    private List<String> required() {
        return switch (this) {
            case KSERVE -> List.of("inference_service");
            case SELDON -> List.of("namespace", "model");
            case MLSERVER, MODELMESH -> List.of("model");
            case PLAIN -> List.of("topic");
            case SAGEMAKER -> List.of("endpoint");
            case AZUREML -> List.of("source");
        };
    }

    private List<String> optional() {
        return switch (this) {
            case KSERVE -> List.of("namespace", "component", "endpoint");
            case SELDON -> List.of("prefix");
            case MLSERVER -> List.of("input_topic", "output_topic");
            case MODELMESH -> List.of("topic");
            case SAGEMAKER -> List.of("variant");
            case PLAIN, AZUREML -> List.of();
        };
    }

    private Map<String, String> rules(Source source) {
        Map<String, String> broken = new LinkedHashMap<>();
        for (String name : required()) {
            if (source.attributes().getOrDefault(name, "").isEmpty()) {
                broken.put(name, "must be given for format " + text());
            }
        }
        List<String> known = all();
        source.attributes().forEach((name, value) -> {
            if (!known.contains(name)) {
                broken.put(name, "is no attribute of format " + text() + ", which has " + String.join(", ", known));
            } else if (value.isEmpty()) {
                broken.put(name, "must not be empty");
            }
        });
        for (String topic : broken.isEmpty() ? topics(source) : List.<String>of()) {
            if (!isTopic(topic)) {
                broken.putIfAbsent(
                        text().equals("seldon") ? "model" : "topic", "'" + topic + "' cannot be a topic of Kafka");
            }
        }
        return broken;
    }

    private List<String> all() {
        List<String> all = new ArrayList<>(required());
        all.addAll(optional());
        return all;
    }

    /** The topics that events of a source come on; empty where that is the store's own. */
    public static List<String> topics(Source source) {
        SourceFormat format = of(source.format());
        if (format == null) {
            return List.of();
        }
        Map<String, String> says = source.attributes();
        return switch (format) {
            case SELDON -> {
                String stem = says.getOrDefault("prefix", SELDON_PREFIX) + "." + says.get("namespace") + ".model."
                        + says.get("model");
                yield List.of(stem + ".inputs", stem + ".outputs");
            }
            case MLSERVER -> {
                List<String> topics = new ArrayList<>();
                addIfThere(topics, says.get("input_topic"));
                addIfThere(topics, says.get("output_topic"));
                yield topics;
            }
            case MODELMESH, PLAIN -> {
                String topic = says.get("topic");
                yield topic == null ? List.of() : List.of(topic);
            }
            case KSERVE, SAGEMAKER, AZUREML -> List.of();
        };
    }

    private static void addIfThere(List<String> topics, @Nullable String topic) {
        if (topic != null) {
            topics.add(topic);
        }
    }

    private static boolean isTopic(String name) {
        return name.length() <= LONGEST_TOPIC
                && !name.equals(".")
                && !name.equals("..")
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '.'
                                || c == '_'
                                || c == '-');
    }
}
