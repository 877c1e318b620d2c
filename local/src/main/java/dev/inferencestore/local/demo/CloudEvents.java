package dev.inferencestore.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Inferences as events on a topic, in the own format. */
final class CloudEvents {
    private static final String WHOLE = "dev.inferencestore.inference";
    private static final String JSON = "application/json";

    private final String topic;

    CloudEvents(String topic) {
        this.topic = topic;
    }

    /** One event with the model, the input and the output in one JSON object. */
    ProducerRecord<byte[], byte[]> whole(Said said) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model_id", said.model());
        body.put("inference_id", said.id());
        body.put("created_at", said.at().toString());
        body.put("action", said.action());
        ObjectNode input = body.putObject("input");
        input.put("content_type", said.contentType());
        if (said.contentType().startsWith("text/")) {
            input.put("data", new String(said.input(), StandardCharsets.UTF_8));
        } else {
            input.put("data_base64", Base64.getEncoder().encodeToString(said.input()));
        }
        body.set("output", said.output());
        body.set("metadata", said.metadata());
        return event(WHOLE, UUID.randomUUID().toString(), said.at(), JSON, bytes(body));
    }

    /** Two events, as a server sends them that logs what comes in before it knows what goes out. */
    List<ProducerRecord<byte[], byte[]>> halves(Said said) {
        ProducerRecord<byte[], byte[]> request =
                event(WHOLE + ".request", said.id(), said.at(), said.contentType(), said.input());
        ProducerRecord<byte[], byte[]> response =
                event(WHOLE + ".response", said.id(), said.at().plusMillis(35), JSON, bytes(said.output()));
        for (ProducerRecord<byte[], byte[]> half : List.of(request, response)) {
            header(half, "ce_modelid", said.model());
            header(half, "ce_action", said.action());
        }
        header(request, "ce_metadata", said.metadata().toString());
        return List.of(request, response);
    }

    /** An event that nobody can store, one way of several; all but the first still say by header whose it is. */
    ProducerRecord<byte[], byte[]> malformed(String model, int way) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model_id", model);
        return switch (Math.floorMod(way, 4)) {
            case 0 -> new ProducerRecord<>(topic, null, "no CloudEvent at all".getBytes(StandardCharsets.UTF_8));
            case 1 -> broken(model, "{\"model_id\": \"cut off".getBytes(StandardCharsets.UTF_8));
            case 2 -> broken(model, bytes(body.put("ouput", "misspelt")));
            default ->
                broken(
                        model,
                        bytes(body.put(
                                "created_at", Instant.now().plusSeconds(86_400).toString())));
        };
    }

    private ProducerRecord<byte[], byte[]> broken(String model, byte[] body) {
        ProducerRecord<byte[], byte[]> event = event(WHOLE, UUID.randomUUID().toString(), Instant.now(), JSON, body);
        header(event, "ce_modelid", model);
        return event;
    }

    private ProducerRecord<byte[], byte[]> event(
            String type, String id, Instant time, String contentType, byte[] value) {
        // Without a key: a model's events spread over all partitions.
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(topic, null, value);
        header(event, "ce_specversion", "1.0");
        header(event, "ce_type", type);
        header(event, "ce_source", "/demo");
        header(event, "ce_id", id);
        header(event, "ce_time", time.toString());
        header(event, "content-type", contentType);
        return event;
    }

    private static void header(ProducerRecord<byte[], byte[]> event, String name, String value) {
        event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
