package dev.inferencestore.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether a program finds the files that its arguments, its properties and its environment name. */
final class MountedFiles {
    private final Map<String, Map<String, String>> configs = new HashMap<>();
    private final Map<String, Map<String, String>> secrets = new HashMap<>();

    MountedFiles(List<HasMetadata> objects) {
        for (HasMetadata object : objects) {
            if (object instanceof ConfigMap config) {
                configs.put(config.getMetadata().getName(), config.getData());
            } else if (object instanceof Secret secret) {
                secrets.put(secret.getMetadata().getName(), secret.getStringData());
            }
        }
    }

    /** A sentence for each file, volume or key that a container of the workload would not find. */
    List<String> problems(Workload workload) {
        List<String> problems = new ArrayList<>();
        for (Container container : workload.pod().getContainers()) {
            Map<String, String> files = files(workload, container, problems);
            int config = workload.arguments().indexOf("--config");
            String properties =
                    config < 0 ? null : files.get(workload.arguments().get(config + 1));
            if (properties == null) {
                problems.add("--config names no mounted file in " + workload.arguments());
            } else {
                secretFiles(properties)
                        .filter(file -> !files.containsKey(file))
                        .forEach(file -> problems.add("the properties name " + file + ", which is not mounted"));
            }
            container.getEnv().stream()
                    .map(variable -> variable.getValueFrom() == null
                            ? null
                            : variable.getValueFrom().getSecretKeyRef())
                    .filter(Objects::nonNull)
                    .filter(reference -> !has(reference))
                    .forEach(reference -> problems.add("no secret has " + reference.getKey()));
        }
        return problems.stream()
                .map(problem -> workload.name() + ": " + problem)
                .toList();
    }

    private boolean has(SecretKeySelector reference) {
        return secrets.getOrDefault(reference.getName(), Map.of()).containsKey(reference.getKey());
    }

    private static Stream<String> secretFiles(String properties) {
        return properties
                .lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair[0].endsWith(".file"))
                .map(pair -> pair[1]);
    }

    /** Path of each file that the container sees, with its content. */
    private Map<String, String> files(Workload workload, Container container, List<String> problems) {
        Map<String, String> files = new HashMap<>();
        container.getVolumeMounts().forEach(mount -> workload.pod().getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()))
                .findAny()
                .ifPresentOrElse(
                        volume -> content(volume, problems)
                                .forEach((path, text) -> files.put(mount.getMountPath() + "/" + path, text)),
                        () -> problems.add("no volume is named " + mount.getName())));
        return files;
    }

    private Map<String, String> content(Volume volume, List<String> problems) {
        if (volume.getConfigMap() != null) {
            Map<String, String> data = configs.get(volume.getConfigMap().getName());
            return chosen(volume, data, volume.getConfigMap().getItems(), problems);
        }
        if (volume.getSecret() != null) {
            Map<String, String> data = secrets.get(volume.getSecret().getSecretName());
            return chosen(volume, data, volume.getSecret().getItems(), problems);
        }
        return Map.of();
    }

    private static Map<String, String> chosen(
            Volume volume, Map<String, String> data, List<KeyToPath> items, List<String> problems) {
        if (data == null) {
            problems.add("volume " + volume.getName() + " is of something that is not here");
            return Map.of();
        }
        if (items.isEmpty()) {
            return data;
        }
        Map<String, String> chosen = new HashMap<>();
        for (KeyToPath item : items) {
            if (data.containsKey(item.getKey())) {
                chosen.put(item.getPath(), data.get(item.getKey()));
            } else {
                problems.add("volume " + volume.getName() + " has no " + item.getKey());
            }
        }
        return chosen;
    }
}
