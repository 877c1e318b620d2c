package dev.inferencestore.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LocalRunTest {
    private static final String JSON = "{\"api\":\"http://127.0.0.1:8080\",\"kafka\":\"127.0.0.1:9092\","
            + "\"postgres\":\"jdbc:postgresql://127.0.0.1:5432/store?user=postgres\",\"s3\":\"http://127.0.0.1:9000\","
            + "\"flink\":\"http://127.0.0.1:8081\",\"data\":\"/data\",\"bucket\":\"inference-store\","
            + "\"s3_access_key\":\"local\",\"s3_secret_key\":\"local-secret\"}";

    @Test
    void aReadyLineIsReadWithAndWithoutItsFirstWord() {
        assertThat(LocalRun.parse("READY " + JSON)).isEqualTo(LocalRun.parse(JSON));
        assertThat(LocalRun.parse(JSON).kafka()).isEqualTo("127.0.0.1:9092");
        assertThat(LocalRun.parse(JSON).bucket()).isEqualTo("inference-store");
        assertThat(LocalRun.parse(JSON).flink()).isEqualTo("http://127.0.0.1:8081");
        assertThat(LocalRun.parse(JSON.replace("\"http://127.0.0.1:8081\"", "null"))
                        .flink())
                .isNull();
    }

    @Test
    void aLineThatLacksAFieldIsRefusedWithItsName() {
        assertThatThrownBy(() -> LocalRun.parse("{\"api\":\"http://127.0.0.1:8080\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The READY line has no 'kafka'.");
    }
}
