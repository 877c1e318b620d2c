package dev.inferencestore.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;

/** What runs pods, whoever makes them: the labels they get, their template and the arguments of the program. */
record Workload(String name, Map<String, String> labels, PodSpec pod, List<String> arguments, String serviceAccount) {

    static Optional<Workload> of(HasMetadata object) {
        String name = object.getMetadata().getName();
        if (object instanceof Deployment deployment) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            return Optional.of(new Workload(
                    name,
                    deployment.getSpec().getTemplate().getMetadata().getLabels(),
                    pod,
                    pod.getContainers().get(0).getArgs(),
                    pod.getServiceAccountName()));
        }
        if (object instanceof FlinkDeployment job) {
            // The operator labels the pods it makes with the name of the deployment.
            return Optional.of(new Workload(
                    name,
                    Map.of("app", name),
                    job.getSpec().getPodTemplate().getSpec(),
                    Arrays.asList(job.getSpec().getJob().getArgs()),
                    job.getSpec().getServiceAccount()));
        }
        return Optional.empty();
    }

    /** Names of resources that a container asks for. */
    Set<String> resources() {
        return pod.getContainers().stream()
                .map(container -> Optional.ofNullable(container.getResources()).orElseGet(ResourceRequirements::new))
                .flatMap(resources -> Stream.of(resources.getRequests(), resources.getLimits()))
                .flatMap(amounts -> Optional.ofNullable(amounts).orElse(Map.of()).keySet().stream())
                .collect(Collectors.toSet());
    }
}
