package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionPolicy;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The columns of {@code retention_policies} that say what a policy is, by themselves or in a control record. */
public final class PolicyColumns {
    private PolicyColumns() {}

    /** Reads a row that has a policy. */
    public static RetentionPolicy read(ResultSet row) throws SQLException {
        return new RetentionPolicy(
                row.getString("policy_id"),
                row.getLong("version"),
                terms(row),
                ModelRows.instant(row, "anchor").toEpochMilli(),
                row.getBoolean("paused"));
    }

    /** Reads what a policy says, also a default policy. */
    public static PolicyTerms terms(ResultSet row) throws SQLException {
        return new PolicyTerms(
                row.getObject("record_age", Long.class),
                row.getObject("blob_age", Long.class),
                DeleteAction.of(row.getString("delete_action")),
                row.getLong("automated_interval"));
    }
}
