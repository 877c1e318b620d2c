package dev.inferencestore.k8s;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkVersion;

/**
 * Binds a manifest to the type that the operator or Kubernetes has for it.
 *
 * <p>Those types keep or skip fields they do not know. Here such a field fails, at every depth, and so does a value
 * that the type does not hold as written (a number where text is wanted, for one).
 */
final class OperatorTypes {
    private static final Map<String, Class<? extends HasMetadata>> TYPES = Map.ofEntries(
            Map.entry("v1/Namespace", Namespace.class),
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Secret", Secret.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
            Map.entry("flink.apache.org/v1beta1/FlinkDeployment", FlinkDeployment.class));

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new NothingUnknown())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private OperatorTypes() {}

    /** @throws IllegalArgumentException with the field that its type does not have, or does not hold as written */
    static HasMetadata bind(JsonNode manifest) {
        String type = manifest.path("apiVersion").asText() + "/"
                + manifest.path("kind").asText();
        Class<? extends HasMetadata> known = TYPES.get(type);
        if (known == null) {
            throw new IllegalArgumentException("'" + type + "' is no type this test knows; add it to TYPES");
        }
        JsonNode readable = known == FlinkDeployment.class ? withKnownFlinkVersion(manifest.deepCopy()) : manifest;
        try {
            HasMetadata bound = STRICT.treeToValue(readable, known);
            List<String> lost = WrittenFields.lost(readable, STRICT.valueToTree(bound));
            if (!lost.isEmpty()) {
                throw new IllegalArgumentException(known.getSimpleName() + " does not hold as written: " + lost);
            }
            return bound;
        } catch (JsonProcessingException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }

    /** The operator's name for the Flink version of this build: {@code v2_3} for 2.3.0. */
    static String flinkVersion() {
        String[] parts = System.getProperty("flink.version").split("\\.", 3);
        return "v" + parts[0] + "_" + parts[1];
    }

    /**
     * The published types are older than the operator that is run, and their enum ends before this build's Flink
     * version: exactly that version is let through, as the newest that the enum has.
     */
    private static JsonNode withKnownFlinkVersion(JsonNode deployment) {
        String written = deployment.path("spec").path("flinkVersion").asText();
        if (!written.equals(flinkVersion())) {
            throw new IllegalArgumentException("'spec.flinkVersion' is '" + written + "', but this build's Flink is '"
                    + flinkVersion() + "': write that");
        }
        if (Arrays.stream(FlinkVersion.values())
                .noneMatch(version -> version.name().equals(written))) {
            ((ObjectNode) deployment.path("spec"))
                    .put("flinkVersion", FlinkVersion.current().name());
        }
        return deployment;
    }

    /** Takes away what lets a type accept any field: {@code ignoreUnknown} and the map of additional properties. */
    private static final class NothingUnknown extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
            return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
        }

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
