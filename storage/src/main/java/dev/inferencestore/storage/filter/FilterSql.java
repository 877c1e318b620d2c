package dev.inferencestore.storage.filter;

import dev.inferencestore.domain.filter.BoundingBox;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.ValueType;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.SqlStatement;

/** A filter as conditions on rows of {@code inferences} that go by the name of i. What somebody wrote is bound, never text. */
public final class FilterSql {
    private FilterSql() {}

    /** Every condition, for the end of a WHERE that has one. */
    public static String and(InferenceFilter filter) {
        List<String> conditions = new ArrayList<>();
        if (!filter.inferenceIds().isEmpty()) {
            conditions.add("i.inference_id = ANY (CAST(:ids AS text[]))");
        }
        if (filter.start() != null) {
            conditions.add("i.created_at >= at_micros(:start)");
        }
        if (filter.end() != null) {
            conditions.add("i.created_at < at_micros(:end)");
        }
        conditions.addAll(content(filter));
        StringBuilder and = new StringBuilder();
        conditions.forEach(condition -> and.append("\n  AND ").append(condition));
        return and.toString();
    }

    /** The conditions but for ids and time, as one that is never null. */
    public static String meets(InferenceFilter filter) {
        List<String> conditions = content(filter);
        return conditions.isEmpty() ? "true" : "coalesce(" + String.join(" AND ", conditions) + ", false)";
    }

    /** Binds what {@link #and} names. */
    public static <S extends SqlStatement<S>> S bind(S statement, InferenceFilter filter) {
        if (!filter.inferenceIds().isEmpty()) {
            statement.bind("ids", filter.inferenceIds().toArray(new String[0]));
        }
        if (filter.start() != null) {
            statement.bind("start", filter.start());
        }
        if (filter.end() != null) {
            statement.bind("end", filter.end());
        }
        return bindContent(statement, filter);
    }

    /** Binds what {@link #meets} names. */
    public static <S extends SqlStatement<S>> S bindContent(S statement, InferenceFilter filter) {
        if (filter.action() != null) {
            statement.bind("action", filter.action());
        }
        if (filter.metadata() != null) {
            statement.bind("metadata", filter.metadata());
        }
        for (int n = 0; n < filter.conditions().size(); n++) {
            MetadataCondition condition = filter.conditions().get(n);
            statement.bind("key" + n, condition.key());
            switch (condition.operator()) {
                case EXISTS -> {}
                case IN -> statement.bind("value" + n, condition.values().toArray(new String[0]));
                default -> statement.bind("value" + n, condition.value());
            }
        }
        BoundingBox box = filter.box();
        if (box != null) {
            statement
                    .bind("south", box.south().toPlainString())
                    .bind("north", box.north().toPlainString())
                    .bind("west", box.west().toPlainString())
                    .bind("east", box.east().toPlainString());
        }
        return statement;
    }

    private static List<String> content(InferenceFilter filter) {
        List<String> conditions = new ArrayList<>();
        if (filter.action() != null) {
            conditions.add("i.action = :action");
        }
        if (filter.metadata() != null) {
            conditions.add("i.metadata @> CAST(:metadata AS jsonb)");
        }
        for (int n = 0; n < filter.conditions().size(); n++) {
            conditions.add(condition(filter.conditions().get(n), "(i.metadata -> :key" + n + ")", ":value" + n));
        }
        if (filter.box() != null) {
            conditions.add(inside(filter.box()));
        }
        return conditions;
    }

    /** Comparing jsonb, numbers are equal that are written in other ways, and any type is ordered: so types are asked. */
    private static String condition(MetadataCondition condition, String found, String value) {
        String wanted = "CAST(" + value + " AS jsonb)";
        return switch (condition.operator()) {
            case EQ -> found + " = " + wanted;
            case NE -> found + " <> " + wanted;
            case LT -> ordered(condition, found, "<", wanted);
            case LE -> ordered(condition, found, "<=", wanted);
            case GT -> ordered(condition, found, ">", wanted);
            case GE -> ordered(condition, found, ">=", wanted);
            case IN -> found + " = ANY (CAST(CAST(" + value + " AS text[]) AS jsonb[]))";
            case EXISTS -> found + (condition.value().equals("true") ? " IS NOT NULL" : " IS NULL");
            case CONTAINS -> condition.type() == ValueType.STRING ? hasPart(found, wanted) : found + " @> " + wanted;
        };
    }

    private static String ordered(MetadataCondition condition, String found, String operator, String wanted) {
        // Texts by their code points, so that times in one form are in order whatever the database's language.
        return condition.type() == ValueType.STRING
                ? "(jsonb_typeof(" + found + ") = 'string' AND (" + found + " #>> '{}') COLLATE \"C\" " + operator
                        + " (" + wanted + " #>> '{}') COLLATE \"C\")"
                : "(jsonb_typeof(" + found + ") = 'number' AND " + found + " " + operator + " " + wanted + ")";
    }

    private static String hasPart(String found, String wanted) {
        return "CASE jsonb_typeof(" + found + ") WHEN 'string' THEN strpos(" + found + " #>> '{}', " + wanted
                + " #>> '{}') > 0 WHEN 'array' THEN " + found + " @> " + wanted + " ELSE false END";
    }

    /** In the order of jsonb, what lies between two numbers is a number. */
    private static String inside(BoundingBox box) {
        String longitude = "(i.metadata -> 'longitude')";
        String between = box.wraps()
                ? "(jsonb_typeof(" + longitude + ") = 'number' AND (" + longitude + " >= CAST(:west AS jsonb) OR "
                        + longitude + " <= CAST(:east AS jsonb)))"
                : longitude + " BETWEEN CAST(:west AS jsonb) AND CAST(:east AS jsonb)";
        return "(i.metadata -> 'latitude') BETWEEN CAST(:south AS jsonb) AND CAST(:north AS jsonb) AND " + between;
    }
}
