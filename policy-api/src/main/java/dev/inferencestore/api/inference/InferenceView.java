package dev.inferencestore.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.inference.InferencePage;
import dev.inferencestore.storage.inference.Place;
import dev.inferencestore.storage.inference.StoredHalf;
import dev.inferencestore.storage.inference.StoredInference;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An inference as callers see it, its halves joined.
 *
 * @param metadata of the first half
 * @param responseMetadata of a response that came by itself, where it has some
 * @param respondedAt when that response was made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferenceView(
        String inferenceId,
        String modelId,
        Instant createdAt,
        String part,
        @Nullable String action,
        @JsonRawValue @Nullable String metadata,
        @JsonRawValue @Nullable String responseMetadata,
        @Nullable OutputView output,
        @Nullable Instant respondedAt,
        @Nullable Integer statusCode,
        @Nullable String source,
        @Nullable Double durationMs,
        @Nullable Long captureRulesVersion,
        InputView input) {

    /**
     * What became of the input.
     *
     * @param reason why it was not stored, where it was sent
     * @param reference where its event said that it is
     * @param url where it is read without a token, until then
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record InputView(
            String state,
            @Nullable String reason,
            @Nullable String reference,
            @Nullable String contentType,
            @Nullable Long size,
            @Nullable String sha256,
            @Nullable String url,
            @Nullable Instant urlExpiresAt) {}

    /**
     * One page.
     *
     * @param scannedUntil up to which event time it has looked, where there is more
     */
    record Page(
            List<InferenceView> items,
            @Nullable String nextCursor,
            @Nullable Instant scannedUntil) {
        static Page of(InferencePage page, Function<StoredInference, @Nullable Link> links) {
            Place next = page.next();
            return new Page(
                    page.items().stream()
                            .map(inference -> InferenceView.of(inference, links.apply(inference)))
                            .toList(),
                    PlaceCursor.next(next),
                    next == null ? null : EventTime.instant(next.createdAt()));
        }
    }

    static InferenceView of(StoredInference inference, @Nullable Link link) {
        StoredHalf first = inference.first();
        StoredHalf second = inference.second();
        StoredHalf answer = inference.answer();
        return new InferenceView(
                first.place().inferenceId(),
                inference.modelId(),
                EventTime.instant(first.place().createdAt()),
                inference.part().text(),
                first.action() == null && second != null ? second.action() : first.action(),
                first.metadata() == null ? "{}" : first.metadata(),
                second == null ? null : second.metadata(),
                OutputView.of(answer),
                second == null ? null : EventTime.instant(second.place().createdAt()),
                answer.statusCode() == null ? first.statusCode() : answer.statusCode(),
                first.source() == null && second != null ? second.source() : first.source(),
                millis(answer.durationMicros() == null ? first.durationMicros() : answer.durationMicros()),
                answer.ruleVersion() == null ? first.ruleVersion() : answer.ruleVersion(),
                input(inference.input(), link));
    }

    private static InputView input(StoredHalf half, @Nullable Link link) {
        return new InputView(
                half.inputState().text(),
                half.inputOmitted(),
                half.inputReference(),
                half.inputContentType(),
                half.inputSize(),
                half.inputSha256(),
                link == null ? null : link.url(),
                link == null ? null : link.expiresAt());
    }

    private static @Nullable Double millis(@Nullable Long micros) {
        return micros == null ? null : micros / 1000.0;
    }
}
