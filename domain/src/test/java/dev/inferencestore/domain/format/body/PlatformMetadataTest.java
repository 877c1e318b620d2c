package dev.inferencestore.domain.format.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformMetadataTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int         | "12"            | 12
            int         | "-007"          | -7
            int         | "12.5"          | "12.5"
            int         | "١٢"            | "١٢"
            INTEGER     | " 5 "           | 5
            int         | 12              | 12
            float       | "48.1370"       | 48.1370
            float       | "-1e-7"         | -1E-7
            float       | ".5"            | 0.5
            float       | "nan"           | "nan"
            float       | "1e400"         | "1e400"
            float       | "0x10"          | "0x10"
            bool        | "True"          | true
            bool        | "yes"           | "yes"
            string      | "12"            | "12"
            str         | "x"             | "x"
            string      | 12              | 12
            dict        | "{\\"a\\": [1.0]}" | {"a": [1.0]}
            JSON        | "[1,2]"         | [1,2]
            nested JSON | "null"          | null
            dict        | "{\\"a\\":"     | "{\\"a\\":"
            dict        | "1,\\"b\\":2"   | "1,\\"b\\":2"
            dict        | {"a":1}         | {"a":1}
            tensor      | "1"             | "1"
            """)
    void aValueHasTheTypeThatIsSaidOrStaysText(String type, String value, String stored) throws Exception {
        assertThat(read("[{\"key\":\"k\",\"type\":\"" + type + "\",\"value\":" + value + "}]"))
                .isEqualTo("{\"k\":" + stored + "}");
    }

    @Test
    void latitudeAndLongitudeAreNumbersWhateverIsSaid() throws Exception {
        assertThat(read("{\"standard_metadata\":{\"latitude\":\"48.10\"},"
                        + "\"extended_metadata\":[{\"key\":\"longitude\",\"type\":\"string\",\"value\":\"11.5\"}]}"))
                .isEqualTo("{\"latitude\":48.10,\"longitude\":11.5}");
        assertThat(read("{\"latitude\":\"north\",\"longitude\":\"-0.5\"}"))
                .isEqualTo("{\"latitude\":\"north\",\"longitude\":-0.5}");
    }

    @Test
    void everyShapeIsOpened() throws Exception {
        assertThat(read("{\"standard_metadata\":null,\"extended_metadata\":[],\"a\":{\"b\":1}}"))
                .isEqualTo("{\"a\":{\"b\":1}}");
        assertThat(read("{\"standard_metadata\":[{\"key\":\"a\",\"value\":\"1\",\"type\":\"int\"}]}"))
                .isEqualTo("{\"a\":1}");
        assertThat(read("{\"extended_metadata\":\"none\"}")).isEqualTo("{\"extended_metadata\":\"none\"}");
        assertThat(read("[{\"key\":\"a\"}]")).isEqualTo("{\"a\":null}");
        assertThat(read("{}")).isEqualTo("{}");
        assertThat(read("v1")).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":",
                "{\"a\":1,\"a\":2}",
                "[1]",
                "[{\"value\":1}]",
                "[{\"key\":7,\"value\":1}]",
                "[{\"key\":\"a\",\"value\":1},{\"key\":\"a\",\"value\":2}]",
                "{\"standard_metadata\":{\"a\":1},\"extended_metadata\":[{\"key\":\"a\",\"value\":1}]}",
                "{} {}"
            })
    void whatCannotBeReadIsRefusedSoThatNothingHidesInIt(String text) {
        assertThatThrownBy(() -> read(text)).hasMessageMatching(".*(metadata|twice|Duplicate).*");
    }

    private static String read(String text) throws Exception {
        return PlatformMetadata.of(new Parameters(null, text, null, Map.of())).object();
    }
}
