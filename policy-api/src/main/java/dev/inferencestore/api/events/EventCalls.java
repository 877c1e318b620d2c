package dev.inferencestore.api.events;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.wire.SentEvent;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events: 202 once Kafka has all of a call. A sender may send again whatever it has no 202 for, since an event is
 * stored once however often it comes.
 *
 * <p>Who sends needs to be a writer of the project that the attributes of an event are of ({@link EventSenders}).
 */
public final class EventCalls {
    private static final Logger LOG = LoggerFactory.getLogger(EventCalls.class);
    private static final String TRY_AGAIN_SECONDS = "5";

    private final EventProducer producer;
    private final EventRecords records;
    private final EventSettings settings;
    private final EventSenders senders;
    private final Body body;

    public EventCalls(DataSource database, EventProducer producer, EventSettings settings) {
        senders = new EventSenders(database);
        this.producer = producer;
        this.settings = settings;
        records = new EventRecords(settings.topic());
        body = new Body(
                settings.maxBody(),
                " (events.max-body): send fewer events in one call, or publish large ones to the topic "
                        + settings.topic() + " itself; whoever runs the API can raise it, with max.message.bytes of the"
                        + " topic");
    }

    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/events", this::take, Role.WRITER);
        routes.post("/events", this::take, Role.WRITER);
    }

    private void take(Context call) {
        new Query(call).done();
        PostedEvents.checkMode(call);
        long length = call.req().getContentLengthLong();
        // One that does not say how long it is may be as long as any.
        long taken = producer.inFlight().take(length < 0 ? settings.maxBody() : Math.min(length, settings.maxBody()));
        if (taken == 0) {
            throw unavailable(
                    call,
                    "more events wait for Kafka than may (events.max-in-flight): send this again later",
                    List.of());
        }
        List<ProducerRecord<byte[], byte[]>> wanted;
        try {
            wanted = read(call);
        } catch (RuntimeException refused) {
            producer.inFlight().giveBack(taken);
            throw refused;
        }
        if (wanted.isEmpty()) {
            producer.inFlight().giveBack(taken);
            answer(call, wanted, List.of());
            return;
        }
        CompletableFuture<List<@Nullable Exception>> published =
                producer.publish(wanted, () -> producer.inFlight().giveBack(taken));
        call.future(() -> published.handle((outcomes, late) -> {
            answer(call, wanted, outcomes);
            return null;
        }));
    }

    private List<ProducerRecord<byte[], byte[]>> read(Context call) {
        List<SentEvent> events = PostedEvents.read(call, body.bytes(call));
        String traceParent = call.header("traceparent");
        String traceState = call.header("tracestate");
        List<ProducerRecord<byte[], byte[]>> wanted = events.stream()
                .map(event -> records.of(event, traceParent, traceState))
                .toList();
        senders.check(call, events, wanted.stream().map(EventRecords::raw).toList());
        return wanted;
    }

    /**
     * Answers what became of the records.
     *
     * @param outcomes null where that is not known in time
     */
    private void answer(
            Context call, List<ProducerRecord<byte[], byte[]>> wanted, @Nullable List<@Nullable Exception> outcomes) {
        if (outcomes == null) {
            throw unavailable(call, noAnswer(), List.of());
        }
        List<FieldError> failed = new ArrayList<>();
        Exception worst = null;
        for (int i = 0; i < outcomes.size(); i++) {
            Exception failure = outcomes.get(i);
            if (failure != null) {
                failed.add(new FieldError("[" + i + "]", rule(failure)));
                worst = worst instanceof RecordTooLargeException ? worst : failure;
            }
        }
        if (worst == null) {
            Json.answer(call, 202, Map.of("accepted", wanted.size()));
        } else if (worst instanceof RecordTooLargeException) {
            throw ProblemException.of(
                    ProblemKind.TOO_LARGE,
                    failed.size() + " of " + wanted.size() + " events are larger than the topic " + settings.topic()
                            + " takes (its max.message.bytes, or the brokers' message.max.bytes): send smaller ones",
                    failed);
        } else {
            if (!(worst instanceof RetriableException)) {
                LOG.error("Kafka refuses events for topic {}", settings.topic(), worst);
            }
            String which = wanted.size() == 1
                    ? ""
                    : failed.size() + " of " + wanted.size() + " events are not in Kafka, the others are: ";
            throw unavailable(call, which + noAnswer(), wanted.size() == 1 ? List.of() : failed);
        }
    }

    private String noAnswer() {
        return "Kafka did not acknowledge within " + settings.deliveryTimeout()
                + " (events.delivery-timeout), or has no" + " topic " + settings.topic()
                + ": send this again later, an event that comes twice is stored once";
    }

    private static String rule(Exception failure) {
        return failure instanceof RecordTooLargeException
                ? "is larger than the topic takes"
                : "was not acknowledged by Kafka";
    }

    private static ProblemException unavailable(Context call, String detail, List<FieldError> failed) {
        call.header("Retry-After", TRY_AGAIN_SECONDS);
        return ProblemException.of(ProblemKind.UNAVAILABLE, detail, failed);
    }
}
