package dev.inferencestore.api.retention;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PolicyWaitTest {
    private static RetentionApi api;

    private final String model = api.model();
    private final String path = model + "/retention-policy";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theAnswerComesWhenTheJobHasEvaluatedTheVersion() {
        CompletableFuture<Answer> call = api.client.putLater(path + "?wait=PT60S", RetentionApi.POLICY);
        untilVersionIs(1);
        assertThat(call).isNotDone();

        evaluate();

        Answer answer = call.join();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("in_effect").asBoolean()).isTrue();
        assertThat(answer.json().has("in_effect_reason")).isFalse();
        assertThat(answer.json().path("last_evaluated_at").isTextual()).isTrue();
        assertThat(answer.json().path("claimed").isNull()).isTrue();
    }

    @Test
    void withoutAJobTheTimeRunsOutAndTheAnswerSaysWhy() {
        Instant begin = Instant.now();

        Answer answer = api.client.put(path + "?wait=PT0.3S", RetentionApi.POLICY);

        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("in_effect").asBoolean()).isFalse();
        assertThat(answer.json().path("in_effect_reason").asText())
                .isEqualTo("the job has not evaluated version 1 yet");
    }

    @Test
    void aPolicyWithoutAScheduleWaitsForNothing() {
        Answer answer = api.client.put(path + "?wait=PT60S", RetentionApi.MANUAL);

        assertThat(answer.json().path("in_effect").asBoolean()).isTrue();
    }

    @Test
    void whoeverIsOvertakenIsToldAtOnceAndWithHisOwnVersion() {
        CompletableFuture<Answer> first = api.client.putLater(path + "?wait=PT60S", RetentionApi.POLICY);
        untilVersionIs(1);
        CompletableFuture<Answer> second = api.client.putLater(path + "?wait=PT60S", RetentionApi.POLICY);
        untilVersionIs(2);
        assertThat(first.join().json().path("version").asLong()).isEqualTo(1);
        assertThat(first.join().json().path("in_effect").asBoolean()).isFalse();
        assertThat(first.join().json().path("in_effect_reason").asText()).isEqualTo("version 2 has taken its place");

        api.client.delete(path);

        assertThat(second.join().json().path("version").asLong()).isEqualTo(2);
        assertThat(second.join().json().path("in_effect_reason").asText()).isEqualTo("the policy was deleted since");
    }

    @Test
    void manyWhoWaitDoNotHoldUpOthers() {
        CompletableFuture<?>[] waiting = IntStream.range(0, 300)
                .mapToObj(i -> api.client.putLater(api.model() + "/retention-policy?wait=PT60S", RetentionApi.POLICY))
                .toArray(CompletableFuture[]::new);

        assertThat(api.client.get(model).status()).isEqualTo(200);

        until(() -> {
            api.sql("UPDATE retention_policies SET evaluated_version = version, last_evaluated_at = now()");
            return CompletableFuture.allOf(waiting).isDone();
        });
    }

    private void untilVersionIs(long version) {
        until(() -> api.client.get(path).json().path("version").asLong() == version);
    }

    private void evaluate() {
        api.sql("UPDATE retention_policies SET evaluated_version = version, last_evaluated_at = now()"
                + " WHERE model_id = '" + RetentionApi.id(model) + "'");
    }
}
