package dev.inferencestore.storage.inference;

import static dev.inferencestore.domain.filter.MetadataCondition.ValueType.FLOAT;
import static dev.inferencestore.domain.filter.MetadataCondition.ValueType.INTEGER;
import static dev.inferencestore.domain.filter.MetadataCondition.ValueType.JSON;
import static dev.inferencestore.domain.filter.MetadataCondition.ValueType.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.filter.BoundingBox;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.Operator;
import dev.inferencestore.domain.filter.MetadataCondition.ValueType;
import dev.inferencestore.storage.filter.FilterJson;
import dev.inferencestore.storage.retention.Event;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each operator means for each type of value; values of other types never meet, nor fail. */
class FilterTest extends ReadTests {

    @BeforeAll
    void some() throws Exception {
        stored(
                "f",
                Event.at("five", at(0)).metadata("{\"v\":5}"),
                Event.at("five-point", at(1)).metadata("{\"v\":5.0}"),
                Event.at("six", at(2)).metadata("{\"v\":6.5}"),
                Event.at("text-5", at(3)).metadata("{\"v\":\"5\"}"),
                Event.at("text-north", at(4)).metadata("{\"v\":\"north gate\"}"),
                Event.at("array", at(5)).metadata("{\"v\":[\"north\",5]}"),
                Event.at("object", at(6)).metadata("{\"v\":{\"a\":1,\"b\":{\"c\":2}}}"),
                Event.at("true", at(7)).metadata("{\"v\":true}"),
                Event.at("null", at(8)).metadata("{\"v\":null}"),
                Event.at("none", at(9)).metadata("{\"w\":5}"),
                Event.at("without", at(10)).metadata(null),
                Event.at("huge", at(11)).metadata("{\"v\":1e300}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            eq       | integer | 5          | five five-point
            eq       | float   | 5.00       | five five-point
            eq       | string  | "5"        | text-5
            eq       | json    | true       | true
            eq       | json    | null       | null
            eq       | json    | {"a":1,"b":{"c":2.0}} | object
            ne       | integer | 5          | six text-5 text-north array object true null huge
            lt       | float   | 6.5        | five five-point
            le       | float   | 6.5        | five five-point six
            gt       | integer | 5          | six huge
            ge       | integer | 5          | five five-point six huge
            lt       | string  | "5z"       | text-5
            ge       | string  | "6"        | text-north
            in       | integer | 5,6.5,7    | five five-point six
            in       | string  | "5","x"    | text-5
            exists   | json    | true       | five five-point six text-5 text-north array object true null huge
            exists   | json    | false      | none without
            contains | string  | "north"    | text-north array
            contains | string  | "th g"     | text-north
            contains | json    | {"b":{}}   | object
            contains | json    | [5]        | array
            contains | integer | 5          | five five-point array
            """)
    void operators(String operator, String type, String values, String ids) {
        assertThat(ids("f", where(operator, type, values))).containsExactly(ids.split(" "));
        assertThat(count("f", where(operator, type, values))).isEqualTo(ids.split(" ").length);
    }

    @Test
    void allConditionsMustHold() {
        InferenceFilter both = new InferenceFilter(
                List.of(),
                null,
                null,
                "detect",
                null,
                List.of(
                        new MetadataCondition("v", Operator.GE, FLOAT, List.of("5")),
                        new MetadataCondition("v", Operator.LT, INTEGER, List.of("6")),
                        new MetadataCondition("w", Operator.EXISTS, JSON, List.of("false"))),
                null);
        assertThat(ids("f", both)).containsExactly("five", "five-point");
        assertThat(FilterJson.read(FilterJson.write(both))).isEqualTo(both);
    }

    @Test
    void idsAndTimes() {
        assertThat(ids("f", InferenceFilter.ids(List.of("true", "five", "nobody"))))
                .containsExactly("five", "true");
        long from = at(3).getEpochSecond() * 1_000_000;
        InferenceFilter time = new InferenceFilter(List.of(), from, from + 120_000_000, null, null);
        assertThat(ids("f", time)).containsExactly("text-5", "text-north");
        assertThat(count("f", time)).isEqualTo(2);
        assertThat(ids("f", new InferenceFilter(List.of("five", "array"), from, null, null, null)))
                .containsExactly("array");
    }

    @Test
    void textThatMeansSomethingInSqlMeansNothing() {
        assertThat(ids("f", filter("v'] OR true --", Operator.EXISTS, JSON, "true")))
                .isEmpty();
        assertThat(ids("f", filter("v", Operator.EQ, STRING, "\"' OR '1'='1 :model <x> ?\"")))
                .isEmpty();
        assertThat(ids("f", filter(":modelId", Operator.EXISTS, JSON, "false"))).hasSize(12);
    }

    @ParameterizedTest
    @CsvSource({
        "50, 55, 0, 10, amsterdam",
        "52.3731, 52.3731, 4.8926, 4.8926, amsterdam",
        "-90, 90, 170, -170, fiji-west fiji-east",
        "-90, 90, -180, 180, amsterdam fiji-west fiji-east",
        "0, 10, 0, 10, ''"
    })
    void boundingBoxes(BigDecimal south, BigDecimal north, BigDecimal west, BigDecimal east, String ids)
            throws Exception {
        String model =
                "box" + Integer.toHexString(List.of(south, north, west, east).hashCode());
        stored(
                model,
                Event.at("amsterdam", at(0)).metadata("{\"latitude\":52.3731,\"longitude\":4.8926}"),
                Event.at("fiji-west", at(1)).metadata("{\"latitude\":-17.7,\"longitude\":178.0}"),
                Event.at("fiji-east", at(2)).metadata("{\"latitude\":-17.7,\"longitude\":-179.5}"),
                Event.at("text", at(3)).metadata("{\"latitude\":\"52\",\"longitude\":\"5\"}"),
                Event.at("half", at(4)).metadata("{\"latitude\":52}"));
        InferenceFilter filter = new InferenceFilter(
                List.of(), null, null, null, null, List.of(), new BoundingBox(south, north, west, east));

        assertThat(String.join(" ", ids(model, filter))).isEqualTo(ids);
        assertThat(FilterJson.read(FilterJson.write(filter))).isEqualTo(filter);
    }

    private static InferenceFilter where(String operator, String type, String values) {
        Operator asked = Operator.valueOf(operator.toUpperCase(java.util.Locale.ROOT));
        List<String> each = asked == Operator.IN ? List.of(values.split(",")) : List.of(values);
        return filter(
                "v", asked, ValueType.valueOf(type.toUpperCase(java.util.Locale.ROOT)), each.toArray(new String[0]));
    }

    private static InferenceFilter filter(String key, Operator operator, ValueType type, String... values) {
        return new InferenceFilter(
                List.of(),
                null,
                null,
                null,
                null,
                List.of(new MetadataCondition(key, operator, type, List.of(values))),
                null);
    }
}
