package dev.inferencestore.storage.access;

/** Every statement over tokens, grants and claims. */
final class AccessSql {
    static final String VERSION = """
            SELECT version FROM access_version
            """;

    static final String SET_VERSION = """
            UPDATE access_version SET version = :version
            """;

    private static final String TOKENS = """
            SELECT t.*,
                   array_agg(r.project_id ORDER BY r.project_id, r.role) FILTER (WHERE r.role IS NOT NULL) AS projects,
                   array_agg(r.role ORDER BY r.project_id, r.role) FILTER (WHERE r.role IS NOT NULL) AS roles
            FROM api_tokens t LEFT JOIN api_token_roles r USING (token_id)
            """;

    static final String LIVE_TOKENS = TOKENS + """
            WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
            GROUP BY t.token_id
            """;

    static final String TOKEN = TOKENS + """
            WHERE t.token_id = CAST(:tokenId AS uuid)
            GROUP BY t.token_id
            """;

    /** With a role in one of these projects, or all of them. */
    static final String LIST_TOKENS = TOKENS + """
            WHERE (t.revoked_at IS NOT NULL) = :revoked
              AND (CAST(:after AS text) = '' OR t.token_id > CAST(nullif(:after, '') AS uuid))
              AND (:all OR EXISTS (SELECT 1 FROM api_token_roles o
                                   WHERE o.token_id = t.token_id AND o.project_id = ANY(:projects)))
            GROUP BY t.token_id
            ORDER BY t.token_id
            LIMIT :limit
            """;

    static final String NAME_IS_TAKEN = """
            SELECT EXISTS (SELECT 1 FROM api_tokens WHERE name = :name AND revoked_at IS NULL)
            """;

    static final String ADD_TOKEN = """
            INSERT INTO api_tokens (token_id, hash, hint, name, created_by, created_at, expires_at)
            VALUES (CAST(:tokenId AS uuid), :hash, :hint, :name, :actor, clock_timestamp(), :expiresAt)
            """;

    static final String ADD_TOKEN_ROLE = """
            INSERT INTO api_token_roles (token_id, project_id, role) VALUES (CAST(:tokenId AS uuid), :projectId, :role)
            """;

    static final String TAKE_TOKEN_ROLES = """
            DELETE FROM api_token_roles WHERE token_id = CAST(:tokenId AS uuid) AND project_id = ANY(:projects)
            """;

    static final String REVOKE_TOKEN = """
            UPDATE api_tokens SET revoked_at = clock_timestamp(), revoked_by = :actor
            WHERE token_id = CAST(:tokenId AS uuid)
            """;

    static final String USE_TOKEN = """
            UPDATE api_tokens SET last_used_at = date_trunc('hour', now())
            WHERE token_id = CAST(:tokenId AS uuid)
              AND (last_used_at IS NULL OR last_used_at < date_trunc('hour', now()))
            """;

    static final String ALL_GRANTS = """
            SELECT principal, project_id, role FROM grants
            """;

    static final String GRANTS_OF_PROJECT = """
            SELECT principal, array_agg(role ORDER BY role) AS roles, max(granted_at) AS granted_at,
                   (array_agg(granted_by ORDER BY granted_at DESC))[1] AS granted_by
            FROM grants
            WHERE project_id = :projectId AND (CAST(:principal AS text) IS NULL OR principal = :principal)
              AND principal > :after
            GROUP BY principal
            ORDER BY principal
            LIMIT :limit
            """;

    static final String TAKE_GRANT = """
            DELETE FROM grants WHERE project_id = :projectId AND principal = :principal
            """;

    static final String ADD_GRANT = """
            INSERT INTO grants (project_id, principal, role, granted_by, granted_at)
            VALUES (:projectId, :principal, :role, :actor, clock_timestamp())
            """;

    static final String CLAIMS = """
            SELECT c.*, to_jsonb(c)::text AS image FROM project_claims c
            WHERE c.project_id = :projectId AND NOT c.deleted
            """;

    static final String PUT_CLAIMS = """
            INSERT INTO project_claims AS c (project_id, version, namespaces, topics, id_prefixes, created_at, updated_at)
            VALUES (:projectId, 1, :namespaces, :topics, :prefixes, clock_timestamp(), clock_timestamp())
            ON CONFLICT (project_id) DO UPDATE
            SET version = c.version + 1,
                created_at = CASE WHEN c.deleted THEN excluded.created_at ELSE c.created_at END,
                deleted = false,
                namespaces = excluded.namespaces,
                topics = excluded.topics,
                id_prefixes = excluded.id_prefixes,
                updated_at = excluded.updated_at
            RETURNING c.*, to_jsonb(c)::text AS image
            """;

    static final String DELETE_CLAIMS = """
            UPDATE project_claims SET deleted = true, version = version + 1, updated_at = clock_timestamp()
            WHERE project_id = :projectId
            """;

    /** What another project has of this: the project, what kind of name, and the name. */
    static final String OVERLAP = """
            WITH other AS (SELECT * FROM project_claims WHERE NOT deleted AND project_id <> :projectId)
            SELECT project_id, 'namespaces' AS kind, name FROM other, unnest(namespaces) name
            WHERE name = ANY(:namespaces)
            UNION ALL
            SELECT project_id, 'topics', name FROM other, unnest(topics) name WHERE name = ANY(:topics)
            UNION ALL
            SELECT project_id, 'id_prefixes', name
            FROM other, unnest(id_prefixes) name, unnest(CAST(:prefixes AS text[])) wanted
            WHERE starts_with(name, wanted) OR starts_with(wanted, name)
            ORDER BY 2, 3
            LIMIT 1
            """;

    /** What another project has of what a registration names. */
    static final String OF_ANOTHER = """
            WITH other AS (SELECT * FROM project_claims WHERE NOT deleted AND project_id <> :projectId)
            SELECT 'namespaces' AS kind, name FROM other, unnest(namespaces) name WHERE name = ANY(:namespaces)
            UNION ALL
            SELECT 'topics', name FROM other, unnest(topics) name WHERE name = ANY(:topics)
            UNION ALL
            SELECT 'id_prefixes', name FROM other, unnest(id_prefixes) name WHERE starts_with(:modelId, name)
            ORDER BY 1, 2
            LIMIT 1
            """;

    /** The project of an id, also of one that is unregistered: what it left behind is that project's. */
    static final String PROJECT_OF_MODEL = """
            SELECT project_id FROM models WHERE model_id = :modelId
            """;

    /** Of these ids those of models of these projects, also of ones that are unregistered. */
    static final String MODELS_OF = """
            SELECT model_id FROM models WHERE model_id = ANY(:modelIds) AND project_id = ANY(:projects)
            """;

    /** Registered models that have a source like one of these, each looked for by what it must say. */
    static final String SOURCES_LIKE = """
            SELECT m.project_id, m.sources::text AS sources FROM models m
            WHERE NOT m.deleted
              AND EXISTS (SELECT 1 FROM jsonb_array_elements(CAST(:sources AS jsonb)) s(entry)
                          WHERE m.sources @> jsonb_build_array(s.entry))
            """;

    /** Every namespace that these projects have claimed. */
    static final String NAMESPACES_OF = """
            SELECT name FROM project_claims, unnest(namespaces) name
            WHERE NOT deleted AND project_id = ANY(:projects)
            """;

    private AccessSql() {}
}
