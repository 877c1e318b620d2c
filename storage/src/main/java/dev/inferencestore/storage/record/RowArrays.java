package dev.inferencestore.storage.record;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Binds lists of values as one array a column. */
final class RowArrays {
    private final Connection connection;
    private final PreparedStatement statement;
    private int next;

    RowArrays(Connection connection, PreparedStatement statement, int first) {
        this.connection = connection;
        this.statement = statement;
        this.next = first;
    }

    /** All columns of rows, in the order of {@link RecordSql#INSERT}. */
    void rows(List<InferenceRow> rows) throws SQLException {
        add("text", rows, InferenceRow::modelId);
        add("text", rows, InferenceRow::inferenceId);
        add("bigint", rows, InferenceRow::createdAt);
        add("text", rows, row -> row.part().text());
        add("text", rows, InferenceRow::action);
        add("bytea", rows, InferenceRow::output);
        add("text", rows, InferenceRow::outputContentType);
        add("bigint", rows, InferenceRow::outputSize);
        add("text", rows, InferenceRow::outputSegment);
        add("bigint", rows, InferenceRow::outputOffset);
        add("text", rows, InferenceRow::metadata);
        add("text", rows, InferenceRow::inputContentType);
        add("bigint", rows, InferenceRow::inputSize);
        add("bytea", rows, InferenceRow::inputSha256);
        add("text", rows, InferenceRow::inputSegment);
        add("bigint", rows, InferenceRow::inputOffset);
        add("int", rows, InferenceRow::statusCode);
        add("text", rows, InferenceRow::source);
        add("bigint", rows, InferenceRow::durationMicros);
        add("bytea", rows, InferenceRow::fingerprint);
        add("bigint", rows, InferenceRow::ruleVersion);
        add("text", rows, InferenceRow::inputOmitted);
        add("text", rows, InferenceRow::outputOmitted);
        add("text", rows, InferenceRow::inputReference);
    }

    /** One column: a value of every element; values may be null. */
    <T> void add(String type, List<T> elements, Function<T, ?> column) throws SQLException {
        Object[] values =
                switch (type) {
                    case "text" -> new String[elements.size()];
                    case "bigint" -> new Long[elements.size()];
                    case "int" -> new Integer[elements.size()];
                    case "bytea" -> new byte[elements.size()][];
                    default -> throw new IllegalArgumentException(type);
                };
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(elements.get(i));
        }
        statement.setArray(next++, connection.createArrayOf(type, values));
    }
}
