package dev.inferencestore.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.JsonRule;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.http.TimeRange;
import dev.inferencestore.domain.filter.BoundingBox;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.wire.Limits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which inferences somebody means, to read or to erase them. */
public final class FilterBody {
    private static final TextRule ACTION = TextRule.storable(Limits.ACTION);
    private static final int MOST_IDS = 10_000;
    private static final int MOST_CONDITIONS = 16;

    private FilterBody() {}

    /** The filter; what breaks a rule, the fields keep. */
    public static InferenceFilter read(Fields fields) {
        List<String> ids = fields.texts("inference_ids", MOST_IDS, TextRule.INFERENCE_ID);
        TimeRange time = TimeRange.read(fields);
        String action = fields.optionalText("action", ACTION);
        List<MetadataCondition> conditions = new ArrayList<>();
        String contained = metadata(fields, conditions);
        Fields box = fields.object("bounding_box");
        return new InferenceFilter(
                ids, time.start(), time.end(), action, contained, conditions, box == null ? null : box(box));
    }

    /** An object that is contained, which is returned, or a list of conditions, which are added. */
    static @Nullable String metadata(Fields fields, List<MetadataCondition> conditions) {
        JsonNode given = fields.any("metadata");
        if (given == null || given.isNull()) {
            return null;
        }
        if (given instanceof ObjectNode contained) {
            var broken = JsonRule.broken(contained);
            broken.ifPresent(rule -> fields.error("metadata", rule));
            // Written out only where it is known to be shallow.
            return broken.isPresent() ? null : contained.toString();
        }
        conditions(fields, conditions);
        return null;
    }

    /** The conditions in the field {@code metadata}. */
    private static void conditions(Fields fields, List<MetadataCondition> conditions) {
        fields.each(
                "metadata",
                MOST_CONDITIONS,
                "must be an object that is contained, or a list of 1 to " + MOST_CONDITIONS + " conditions",
                each -> ConditionBody.read(each).ifPresent(conditions::add));
    }

    /** A box, whose four edges must be given. */
    static @Nullable BoundingBox box(Fields fields) {
        BigDecimal south = edge(fields, "min_latitude");
        BigDecimal north = edge(fields, "max_latitude");
        BigDecimal west = edge(fields, "min_longitude");
        BigDecimal east = edge(fields, "max_longitude");
        if (south == null || north == null || west == null || east == null) {
            return null;
        }
        BoundingBox box = new BoundingBox(south, north, west, east);
        List<BoundingBox.Broken> broken = box.broken();
        broken.forEach(rule -> fields.error(rule.field(), rule.rule()));
        return broken.isEmpty() ? box : null;
    }

    private static @Nullable BigDecimal edge(Fields fields, String name) {
        BigDecimal degrees = fields.optionalNumber(name);
        if (degrees == null && !fields.has(name)) {
            fields.error(name, "must be given, with the other three edges of the box");
        } else if (degrees != null && (degrees.precision() > 40 || Math.abs((long) degrees.scale()) > 40)) {
            fields.error(name, "must have at most 40 digits");
            return null;
        }
        return degrees;
    }
}
