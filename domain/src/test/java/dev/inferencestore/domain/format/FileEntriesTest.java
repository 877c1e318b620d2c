package dev.inferencestore.domain.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When entries of files were made. */
class FileEntriesTest {
    private static final String WRITTEN = "2026-03-01T08:00:00Z";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            kserve-blob | occurrenceTime | {'Id':'i','ReqType':'org.kubeflow.serving.inference.request','Bytes':'e30=','ContentType':'application/json'$}
            own         | created_at     | {'inference_id':'i','output':1$}
            sagemaker   | inferenceTime  | {'captureData':{'endpointInput':{'data':'1','encoding':'CSV'}},'eventMetadata':{'eventId':'i'$}}
            azureml     | time           | {'specversion':'1.0','type':'azureml.inference.inputs','source':'s','id':'a','correlationid':'i','data':[]$}
            """)
    void anEntryThatSaysNoTimeIsOfTheTimeOfItsFile(String format, String field, String json) throws BadEvent {
        assertThat(made(format, json.replace("$", ""), WRITTEN)).isEqualTo(Instant.parse(WRITTEN));
        assertThat(made(format, json.replace("$", ",'" + field + "':'2026-02-03T04:05:06Z'"), WRITTEN))
                .as("its own time wins")
                .isEqualTo(Instant.parse("2026-02-03T04:05:06Z"));
    }

    @Test
    void anEntryWithoutAnyTimeIsADeadLetter() {
        BadEvent bad = bad("{'inference_id':'i','output':1}", null);

        assertThat(bad.failure()).isEqualTo(Failure.FIELD_MISSING);
        assertThat(bad).hasMessageContaining("created_at is missing");
    }

    @Test
    void anEntryOfTheFutureIsADeadLetterSinceItWouldOutliveItsPolicy() throws BadEvent {
        Instant soon = Instant.now().plusSeconds(1800).truncatedTo(ChronoUnit.MICROS);

        BadEvent own = bad("{'inference_id':'i','created_at':'2150-01-01T00:00:00Z','output':1}", WRITTEN);
        BadEvent ofFile = bad("{'inference_id':'i','output':1}", "2150-01-01T00:00:00Z");

        assertThat(List.of(own, ofFile)).extracting(BadEvent::failure).containsOnly(Failure.TIME_IN_FUTURE);
        assertThat(own)
                .hasMessageContaining("created_at 2150-01-01T00:00:00Z is more than an hour after the event is read (");
        assertThat(ofFile).hasMessageContaining("the time of the file 2150-01-01T00:00:00Z is more than an hour");
        assertThat(made("own", "{'inference_id':'i','created_at':'" + soon + "','output':1}", WRITTEN))
                .isEqualTo(soon);
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "sagemaker", "azureml", "kserve-blob"})
    void theRestOfAFileThatCannotBeReadIsADeadLetterThatSaysWhy(String format) {
        List<EventHeader> headers = new ArrayList<>();
        headers.add(new EventHeader(Headline.FORMAT, Events.utf8(format)));
        headers.add(new EventHeader(Headline.FILE_PATH, Events.utf8("file:///a")));
        headers.add(new EventHeader(Headline.FILE_BROKEN, Events.utf8("file:///a is no whole file")));
        RawEvent event = new RawEvent("file:///a", 0, 7, -1, null, new byte[0], headers);

        assertThat(new Router(new Formats(), 10_000).route(event, new Registry()))
                .isEqualTo(new Decision.DeadLetter(Failure.FILE_BROKEN, "file:///a is no whole file", null, false));
    }

    private static BadEvent bad(String json, String written) {
        try {
            made("own", json, written);
        } catch (BadEvent bad) {
            return bad;
        }
        throw new AssertionError("it was taken");
    }

    private static Instant made(String format, String json, String written) throws BadEvent {
        List<EventHeader> headers = new ArrayList<>();
        headers.add(new EventHeader(Headline.FORMAT, Events.utf8(format)));
        headers.add(new EventHeader(Headline.FILE_PATH, Events.utf8("file:///a")));
        headers.add(new EventHeader(Headline.FILE_MODEL, Events.utf8("m")));
        if (written != null) {
            headers.add(new EventHeader(Headline.FILE_TIME, Events.utf8(written)));
        }
        RawEvent event = new RawEvent("file:///a", 0, 7, -1, null, Events.utf8(json.replace('\'', '"')), headers);
        return EventTime.instant(
                new Formats().begin(event, null).decode().inferences().get(0).createdAt());
    }
}
