package dev.inferencestore.api.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.HeldRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A token that somebody asks for. */
record TokenBody(
        String name, List<HeldRole> roles, @Nullable Instant expiresAt) {
    private static final int MOST_PROJECTS = 1000;

    /** Reads it, checking all of its rules at once. */
    static TokenBody read(Fields fields) {
        String name = fields.text("name", TextRule.ID);
        if (name.equals(Authenticator.BOOTSTRAP)) {
            fields.error("name", "must be another one: the bootstrap token is named so");
        }
        ObjectNode json = fields.optionalObject("roles");
        List<HeldRole> roles = json == null ? List.of() : roles(json, fields);
        if (json == null && fields.isSound()) {
            fields.error("roles", "must be given, as {\"shop\": [\"reader\"]}");
        }
        Instant expiresAt = fields.optionalTime("expires_at");
        if (expiresAt != null && !expiresAt.isAfter(Instant.now())) {
            fields.error("expires_at", "must be in the future");
        }
        fields.done();
        return new TokenBody(name, roles, expiresAt);
    }

    private static List<HeldRole> roles(ObjectNode json, Fields fields) {
        if (json.isEmpty() || json.size() > MOST_PROJECTS) {
            fields.error("roles", "must name 1 to " + MOST_PROJECTS + " projects");
            return List.of();
        }
        List<HeldRole> roles = new ArrayList<>();
        for (var project : json.properties()) {
            String path = "roles." + project.getKey();
            if (AccessNames.PROJECT.broken(project.getKey()).isPresent()) {
                fields.error("roles", "must have ids of projects as its fields, or * for every project");
            } else if (!project.getValue().isArray() || project.getValue().isEmpty()) {
                fields.error(path, "must be a list of roles");
            } else {
                texts(project.getValue(), path, fields)
                        .forEach(role -> roles.add(new HeldRole(project.getKey(), role)));
            }
        }
        return roles;
    }

    private static Set<String> texts(JsonNode list, String path, Fields fields) {
        Set<String> texts = new LinkedHashSet<>();
        for (JsonNode role : list) {
            String text = role.isTextual() ? role.textValue() : "";
            if (AccessNames.ROLE.broken(text).isPresent()) {
                fields.error(path, AccessNames.ROLE.broken(text).get());
                return texts;
            }
            texts.add(text);
        }
        return texts;
    }
}
