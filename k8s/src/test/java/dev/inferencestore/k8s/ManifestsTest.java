package dev.inferencestore.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.k8s.WrittenFields.Misspelt;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user applies is what the operator and Kubernetes understand, to the last field. */
class ManifestsTest {
    static List<Manifest> manifests() {
        return Manifest.all();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyFieldIsOneThatItsTypeHas(Manifest manifest) {
        HasMetadata bound = OperatorTypes.bind(manifest.tree());

        assertThat(bound.getKind()).isEqualTo(manifest.kind());
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void aMisspeltFieldFailsByItsNameAtEveryDepth(Manifest manifest) {
        List<String> accepted = WrittenFields.misspelt(manifest.tree()).stream()
                .filter(misspelt -> !misspelt.free())
                .filter(misspelt -> !refusal(misspelt.tree()).contains(expected(misspelt)))
                .map(Misspelt::path)
                .toList();

        assertThat(accepted).isEmpty();
    }

    @Test
    void everyNameLeadsToSomethingThatIsThere() {
        assertThat(References.problems(bound(Manifest.all()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void aMisspeltKeyOfDataIsMissedWhereItIsNamed(Manifest manifest) {
        List<String> accepted = WrittenFields.misspelt(manifest.tree()).stream()
                .filter(Misspelt::free)
                // Labels that nothing selects by are for people; those that something does are checked from there.
                .filter(misspelt -> !misspelt.path().contains("/labels/"))
                .filter(misspelt -> References.problems(bound(with(manifest, misspelt.tree())))
                        .isEmpty())
                .map(Misspelt::path)
                .toList();

        assertThat(accepted).isEmpty();
    }

    @Test
    void misspellingReachesIntoThePodTemplate() {
        Manifest job = Manifest.in("flink-job.yaml").get(0);

        assertThat(WrittenFields.misspelt(job.tree()).stream().filter(misspelt -> !misspelt.free()))
                .extracting(Misspelt::path)
                .contains(
                        "/spec/podTemplate/spec/containers/0/env/1/valueFrom/secretKeyRef/key",
                        "/spec/podTemplate/spec/containers/0/securityContext/capabilities/drop",
                        "/spec/podTemplate/spec/volumes/0/configMap/items/0/path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2_2", "v2_3x", "v1_20", "2.3", ""})
    void onlyTheFlinkVersionOfThisBuildIsTaken(String version) {
        ObjectNode job = Manifest.in("flink-job.yaml").get(0).tree();
        ((ObjectNode) job.path("spec")).put("flinkVersion", version);

        assertThatThrownBy(() -> OperatorTypes.bind(job)).hasMessageContaining("'spec.flinkVersion' is '" + version);
    }

    @Test
    void aNumberWhereTextIsWantedFails() {
        ObjectNode job = Manifest.in("flink-job.yaml").get(0).tree();
        ((ObjectNode) job.at("/spec/podTemplate/spec/containers/0/env/0")).put("value", 1);

        assertThatThrownBy(() -> OperatorTypes.bind(job)).hasMessageContaining("value");
    }

    /** What the refusal says: the misspelt name, or for what is read before the rest, that it is missing. */
    private static String expected(Misspelt misspelt) {
        boolean job = misspelt.tree().path("kind").asText().equals("FlinkDeployment");
        return switch (misspelt.path()) {
            case "/apiVersion", "/kind" -> "is no type";
            case "/spec", "/spec/flinkVersion" -> job ? "'spec.flinkVersion' is ''" : "\"specx\"";
            default -> "\"" + misspelt.path().substring(misspelt.path().lastIndexOf('/') + 1) + "x\"";
        };
    }

    private static String refusal(ObjectNode tree) {
        try {
            OperatorTypes.bind(tree);
            return "";
        } catch (IllegalArgumentException refused) {
            return refused.getMessage();
        }
    }

    private static List<HasMetadata> bound(List<Manifest> manifests) {
        return manifests.stream()
                .map(manifest -> OperatorTypes.bind(manifest.tree()))
                .toList();
    }

    /** All manifests, with another tree for one of them. */
    private static List<Manifest> with(Manifest changed, ObjectNode tree) {
        List<Manifest> all = new ArrayList<>(Manifest.all());
        all.replaceAll(manifest -> manifest.equals(changed) ? new Manifest(changed.file(), tree) : manifest);
        return all;
    }
}
