package dev.inferencestore.storage.access;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of access as values. */
final class AccessRows {
    private AccessRows() {}

    static ApiToken token(ResultSet row) throws SQLException {
        return new ApiToken(
                row.getObject("token_id", UUID.class),
                row.getString("hint"),
                row.getString("name"),
                roles(row),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "expires_at"),
                row.getString("revoked_by"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static List<HeldRole> roles(ResultSet row) throws SQLException {
        List<String> projects = texts(row, "projects");
        List<String> roles = texts(row, "roles");
        List<HeldRole> held = new ArrayList<>();
        for (int i = 0; i < projects.size(); i++) {
            held.add(new HeldRole(projects.get(i), roles.get(i)));
        }
        return held;
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
