package dev.inferencestore.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.inferencestore.k8s.WrittenFields.Misspelt;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;
import org.apache.flink.kubernetes.operator.api.spec.UpgradeMode;
import org.junit.jupiter.api.Test;

/** The set as a whole: what is in it, that no secret is, and that versions agree with the build. */
class WhatIsAppliedTest {
    record Kustomization(String apiVersion, String kind, List<String> resources) {}

    @Test
    void theKustomizationListsEveryManifestButTheExampleOfTheSecret() {
        JsonNode written = Manifest.in(Manifest.KUSTOMIZATION).get(0).tree();
        Kustomization kustomization = kustomization(written);

        assertThat(kustomization.apiVersion()).isEqualTo("kustomize.config.k8s.io/v1beta1");
        assertThat(kustomization.kind()).isEqualTo("Kustomization");
        assertThat(kustomization.resources())
                .doesNotContain(Manifest.SECRETS)
                .containsExactlyInAnyOrderElementsOf(Manifest.files().stream()
                        .filter(file -> !file.equals(Manifest.SECRETS))
                        .toList());
    }

    @Test
    void aMisspeltFieldOfTheKustomizationFails() {
        List<Misspelt> all = WrittenFields.misspelt(
                Manifest.in(Manifest.KUSTOMIZATION).get(0).tree());

        assertThat(all).hasSize(3).allSatisfy(misspelt -> assertThatThrownBy(() -> kustomization(misspelt.tree()))
                .hasMessageContaining(misspelt.path().substring(1) + "x"));
    }

    @Test
    void secretsAreOnlyInTheExampleAndOnlyAsPlaceholders() {
        assertThat(Manifest.all())
                .filteredOn(manifest -> manifest.kind().equals("Secret"))
                .extracting(Manifest::file)
                .containsExactly(Manifest.SECRETS);
        assertThat(((Secret) only(Manifest.SECRETS)).getStringData().values()).containsOnly("change-me");
    }

    @Test
    void everyLineOfTheConfigurationIsOneOptionAndNoSecret() {
        ConfigMap config = (ConfigMap) only("config.yaml");

        assertThat(config.getData()).containsOnlyKeys("job.properties", "api.properties");
        config.getData().values().forEach(properties -> assertThat(properties.lines())
                .allMatch(line -> line.matches("[a-z0-9.-]+=\\S+"))
                .noneMatch(line -> line.matches("(postgres\\.password|s3\\.(access|secret)-key)=.*"))
                .doesNotHaveDuplicates()
                .extracting(line -> line.substring(0, line.indexOf('=')))
                .doesNotHaveDuplicates());
    }

    @Test
    void theJobKeepsItsStateOnS3AndIsUpgradedBySavepoint() {
        FlinkDeploymentSpec job = ((FlinkDeployment) only("flink-job.yaml")).getSpec();

        assertThat(job.getJob().getUpgradeMode()).isEqualTo(UpgradeMode.SAVEPOINT);
        assertThat(job.getFlinkConfiguration())
                .containsEntry("execution.checkpointing.mode", "EXACTLY_ONCE")
                .containsEntry("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION")
                .containsEntry("high-availability.type", "kubernetes")
                .containsEntry("restart-strategy.type", "exponential-delay");
        assertThat(List.of(
                        "execution.checkpointing.dir",
                        "execution.checkpointing.savepoint-dir",
                        "high-availability.storageDir"))
                .allSatisfy(
                        key -> assertThat(job.getFlinkConfiguration().get(key)).startsWith("s3://"));
    }

    @Test
    void imageAndPluginAreOfTheFlinkThatTheJobIsBuiltWith() {
        String flink = System.getProperty("flink.version");

        assertThat(Manifest.text("Dockerfile.job")).contains("\nFROM flink:" + flink + "-java17\n");
        assertThat(Manifest.text("flink-job.yaml")).contains("value: flink-s3-fs-hadoop-" + flink + ".jar\n");
    }

    private static HasMetadata only(String file) {
        List<Manifest> manifests = Manifest.in(file);
        assertThat(manifests).hasSize(1);
        return OperatorTypes.bind(manifests.get(0).tree());
    }

    private static Kustomization kustomization(JsonNode tree) {
        try {
            return JsonMapper.builder().build().treeToValue(tree, Kustomization.class);
        } catch (JsonProcessingException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }
}
