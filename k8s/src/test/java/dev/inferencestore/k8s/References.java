package dev.inferencestore.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;

/** Whether what one manifest names is there in another, which no type can tell. */
final class References {
    /** The label of the operator's own pods, from its Helm chart. */
    private static final Map<String, String> OPERATOR = Map.of("app.kubernetes.io/name", "flink-kubernetes-operator");

    /** What users put on their own pods that may call the API; none of the manifests' pods carries it. */
    private static final Map<String, String> CLIENTS = Map.of("inference-store/client", "true");

    private static final Set<String> RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");

    private final List<HasMetadata> objects;
    private final List<Workload> workloads;
    private final List<String> problems = new ArrayList<>();

    private References(List<HasMetadata> objects) {
        this.objects = objects;
        this.workloads =
                objects.stream().map(Workload::of).flatMap(Optional::stream).toList();
    }

    /** A sentence for each name that leads nowhere. */
    static List<String> problems(List<HasMetadata> objects) {
        References references = new References(objects);
        objects.forEach(references::check);
        MountedFiles files = new MountedFiles(objects);
        for (Workload workload : references.workloads) {
            references.check(workload);
            references.problems.addAll(files.problems(workload));
        }
        return references.problems;
    }

    private void check(HasMetadata object) {
        if (!(object instanceof Namespace)) {
            boolean there = named(Namespace.class).contains(object.getMetadata().getNamespace());
            expect(there, object, "is in a namespace that no manifest makes");
        }
        if (object instanceof Deployment deployment) {
            selects(object, deployment.getSpec().getSelector());
            deployment
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getTopologySpreadConstraints()
                    .forEach(spread -> selects(object, spread.getLabelSelector()));
        } else if (object instanceof PodDisruptionBudget budget) {
            selects(object, budget.getSpec().getSelector());
        } else if (object instanceof Service service) {
            check(service);
        } else if (object instanceof NetworkPolicy policy) {
            selects(object, policy.getSpec().getPodSelector());
            policy.getSpec().getIngress().stream()
                    .flatMap(rule -> rule.getFrom().stream())
                    .forEach(peer -> check(policy, peer));
        } else if (object instanceof RoleBinding binding) {
            expect(named(Role.class).contains(binding.getRoleRef().getName()), object, "names a role that is not here");
            binding.getSubjects()
                    .forEach(subject -> expect(
                            named(ServiceAccount.class).contains(subject.getName()),
                            object,
                            "names an account that is not here"));
        } else if (object instanceof FlinkDeployment job) {
            FlinkOptions.problems(job.getSpec().getFlinkConfiguration())
                    .forEach(problem -> expect(false, object, problem));
        }
    }

    private void check(Service service) {
        Map<String, String> selector = service.getSpec().getSelector();
        List<Workload> selected = selectedBy(selector);
        expect(!selected.isEmpty(), service, "selects no pods by " + selector);
        service.getSpec()
                .getPorts()
                .forEach(port -> expect(
                        selected.stream()
                                .flatMap(workload -> workload.pod().getContainers().stream())
                                .flatMap(container -> container.getPorts().stream())
                                .anyMatch(open -> Objects.equals(
                                        open.getContainerPort(),
                                        port.getTargetPort().getIntVal())),
                        service,
                        "leads to port " + port.getTargetPort().getValue() + ", which no container opens"));
    }

    private void check(NetworkPolicy policy, NetworkPolicyPeer peer) {
        if (peer.getNamespaceSelector() == null) {
            if (!CLIENTS.equals(peer.getPodSelector().getMatchLabels())) {
                selects(policy, peer.getPodSelector());
            }
        } else {
            boolean operator = peer.getPodSelector().getMatchLabels().equals(OPERATOR);
            expect(operator, policy, "lets pods of other namespaces in that are not the operator's");
        }
    }

    private void check(Workload workload) {
        String account = workload.serviceAccount();
        if (account != null && !named(ServiceAccount.class).contains(account)) {
            problems.add(workload.name() + " runs as account '" + account + "', which is not here");
        }
        workload.resources().stream()
                .filter(resource -> !RESOURCES.contains(resource))
                .forEach(resource -> problems.add(workload.name() + " asks for '" + resource + "'"));
    }

    private void selects(HasMetadata object, LabelSelector selector) {
        boolean any = !selectedBy(selector.getMatchLabels()).isEmpty();
        expect(any, object, "selects no pods by " + selector.getMatchLabels());
    }

    private List<Workload> selectedBy(Map<String, String> labels) {
        return workloads.stream()
                .filter(workload ->
                        !labels.isEmpty() && workload.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    private Set<String> named(Class<? extends HasMetadata> type) {
        return objects.stream()
                .filter(type::isInstance)
                .map(object -> object.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private void expect(boolean holds, HasMetadata object, String problem) {
        if (!holds) {
            problems.add(object.getKind() + " " + object.getMetadata().getName() + " " + problem);
        }
    }
}
