package dev.inferencestore.storage.access;

import java.time.Instant;
import java.util.List;

/** What the models of a project may be named and claim, at one version. */
public record ProjectClaims(String projectId, Names names, long version, Instant createdAt, Instant updatedAt) {

    /**
     * Names that no other project may use.
     *
     * @param idPrefixes what ids of models begin with
     */
    public record Names(List<String> namespaces, List<String> topics, List<String> idPrefixes) {
        public Names {
            namespaces = List.copyOf(namespaces);
            topics = List.copyOf(topics);
            idPrefixes = List.copyOf(idPrefixes);
        }
    }
}
