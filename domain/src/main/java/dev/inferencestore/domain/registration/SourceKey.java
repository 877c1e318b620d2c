package dev.inferencestore.domain.registration;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a source and the events it is about have in common, so that a model is found by one look-up. Attributes that a
 * source leaves out have the meaning that its format gives them.
 */
public record SourceKey(SourceFormat format, List<String> names) {
    /** Stands for any endpoint of a KServe component. */
    private static final String ANY = "*";

    public SourceKey {
        names = List.copyOf(names);
    }

    /** The key of a source that breaks no rule; null of one that does, which no event can be of. */
    public static @Nullable SourceKey of(Source source) {
        SourceFormat format = SourceFormat.of(source.format());
        if (format == null || !SourceFormat.broken(source).isEmpty()) {
            return null;
        }
        Map<String, String> says = source.attributes();
        return switch (format) {
            case KSERVE ->
                kserve(
                        says.get("namespace"),
                        Objects.requireNonNull(says.get("inference_service")),
                        says.get("component"),
                        says.get("endpoint"));
            case SELDON ->
                seldon(
                        says.getOrDefault("prefix", SourceFormat.SELDON_PREFIX),
                        Objects.requireNonNull(says.get("namespace")),
                        Objects.requireNonNull(says.get("model")));
            case MLSERVER, MODELMESH -> named(format, Objects.requireNonNull(says.get("model")));
            case PLAIN -> named(format, Objects.requireNonNull(says.get("topic")));
            case SAGEMAKER -> sagemaker(Objects.requireNonNull(says.get("endpoint")), says.get("variant"));
            case AZUREML -> named(format, Objects.requireNonNull(says.get("source")));
        };
    }

    /** A component of an inference service; all its endpoints where none is named. */
    public static SourceKey kserve(
            @Nullable String namespace, String service, @Nullable String component, @Nullable String endpoint) {
        return new SourceKey(
                SourceFormat.KSERVE,
                List.of(
                        namespace == null ? "" : namespace,
                        service,
                        component == null ? SourceFormat.KSERVE_COMPONENT : component,
                        endpoint == null ? ANY : endpoint));
    }

    public static SourceKey seldon(String prefix, String namespace, String model) {
        return new SourceKey(SourceFormat.SELDON, List.of(namespace, model, prefix));
    }

    /** A variant of an endpoint; all its variants where none is named. */
    public static SourceKey sagemaker(String endpoint, @Nullable String variant) {
        return new SourceKey(SourceFormat.SAGEMAKER, List.of(endpoint, variant == null ? ANY : variant));
    }

    /** A model that one name is enough for. */
    public static SourceKey named(SourceFormat format, String name) {
        return new SourceKey(format, List.of(name));
    }

    /** What every source with this key says, which a source is looked for by. */
    public Source least() {
        return switch (format) {
            case KSERVE -> new Source(format.text(), Map.of("inference_service", names.get(1)));
            case SELDON -> new Source(format.text(), Map.of("namespace", names.get(0), "model", names.get(1)));
            case MLSERVER, MODELMESH -> new Source(format.text(), Map.of("model", names.get(0)));
            case PLAIN -> new Source(format.text(), Map.of("topic", names.get(0)));
            case SAGEMAKER -> new Source(format.text(), Map.of("endpoint", names.get(0)));
            case AZUREML -> new Source(format.text(), Map.of("source", names.get(0)));
        };
    }

    /** The namespace that it is of; null where its format has none. */
    public @Nullable String namespace() {
        return format == SourceFormat.KSERVE || format == SourceFormat.SELDON ? names.get(0) : null;
    }

    /** As it is shown where no model claims it: {@code kserve prod/detector/predictor}. */
    public String text() {
        return format.text() + " "
                + String.join(
                        "/", names.stream().filter(name -> !name.equals(ANY)).toList());
    }
}
