package dev.inferencestore.domain.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcesTest {
    private static final Source DETECTOR =
            new Source("kserve", Map.of("namespace", "prod", "inference_service", "detector"));

    private final Registry registry = new Registry();

    @Test
    void aModelIsFoundByItsSourceUntilItGivesItUp() {
        registry.apply(model("m", 1, false, DETECTOR));
        assertThat(registry.find(SourceKey.kserve("prod", "detector", null, null))
                        .modelId())
                .isEqualTo("m");
        assertThat(registry.find(SourceKey.kserve("prod", "detector", "predictor", null))
                        .modelId())
                .isEqualTo("m");
        assertThat(registry.find(SourceKey.kserve("prod", "detector", "transformer", null)))
                .isNull();

        registry.apply(model("m", 2, false));
        assertThat(registry.find(SourceKey.kserve("prod", "detector", null, null)))
                .isNull();
    }

    @Test
    void aSourceThatGoesToAnotherModelIsTheNewOnesInWhateverOrderThatIsHeard() {
        registry.apply(model("a", 1, false, DETECTOR));
        registry.apply(model("b", 3, false, DETECTOR));
        registry.apply(model("a", 2, true));

        assertThat(registry.find(SourceKey.kserve("prod", "detector", null, null))
                        .modelId())
                .isEqualTo("b");
    }

    @Test
    void aTopicHasTheFormatThatSourcesSayUntilNoneDoes() {
        Source seldon = new Source("seldon", Map.of("namespace", "prod", "model", "iris"));
        registry.apply(model("a", 1, false, seldon));
        assertThat(registry.formatOf("seldon.prod.model.iris.inputs")).isEqualTo(SourceFormat.SELDON);
        assertThat(registry.formatOf("seldon.prod.model.iris.outputs")).isEqualTo(SourceFormat.SELDON);
        assertThat(registry.formatOf("inferences")).isNull();

        registry.apply(model("a", 2, true, seldon));
        assertThat(registry.formatOf("seldon.prod.model.iris.inputs")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    other     |                         | format must be one of
                    kserve    | namespace=a             | inference_service must be given for format kserve
                    kserve    | inference_service=a,x=b | x is no attribute of format kserve, which has inference_service, namespace
                    seldon    | namespace=a,model=b c   | model 'seldon.a.model.b c.inputs' cannot be a topic of Kafka
                    plain     | topic=a/b               | topic 'a/b' cannot be a topic of Kafka
                    modelmesh | model=a                 |
                    """)
    void aSourceSaysWhatItsFormatAsks(String format, String attributes, String broken) {
        Map<String, String> says = new TreeMap<>();
        for (String one : attributes == null ? new String[0] : attributes.split(",", -1)) {
            int equals = one.indexOf('=');
            says.put(one.substring(0, equals), one.substring(equals + 1));
        }
        Map<String, String> found = SourceFormat.broken(new Source(format, says));

        assertThat(found).hasSize(broken == null ? 0 : 1);
        found.forEach((field, rule) -> assertThat(field + " " + rule).startsWith(broken));
    }

    private static ControlRecord model(String id, long version, boolean deleted, Source... sources) {
        return new ControlRecord(id, version, 1, "p", "t", null, List.of(sources), true, deleted, null);
    }
}
