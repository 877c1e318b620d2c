package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.SeenFields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON body of any of the protocols, read once from its begin to its end. Which protocol it is turns out on the way, since
 * its fields may come in any order.
 */
final class Call {
    private @Nullable String id;
    private @Nullable Part part;
    private Parameters parameters = Parameters.NONE;
    private @Nullable List<Tensor> inputs;
    private List<Tensor> outputs = List.of();
    private @Nullable OpenAi openAi;
    private boolean isOpenAi;
    private final Map<String, Slice> others = new LinkedHashMap<>();

    private Call() {}

    /** Reads a body; null where it is no JSON object, is cut, or has a field twice: then it is kept as it was sent. */
    static @Nullable Call read(byte[] body) throws BadEvent {
        int first = ContentTypes.first(body);
        if (first == body.length || body[first] != '{') {
            return null;
        }
        try {
            return Json.readBeginning(body, parser -> {
                Call call = new Call();
                boolean whole = call.fields(body, parser);
                if (whole && parser.nextToken() != null) {
                    throw new BadEvent(Failure.JSON_INVALID, "something follows after the end of the JSON body");
                }
                return call;
            });
        } catch (BadEvent bad) {
            return switch (bad.failure()) {
                case JSON_INVALID, FIELD_INVALID -> null;
                default -> throw bad;
            };
        }
    }

    @Nullable
    String id() {
        return id;
    }

    /** Which half it is; null where its fields do not tell. */
    @Nullable
    Part part() {
        return part;
    }

    Parameters parameters() {
        return parameters;
    }

    /** The inputs, where they are those of the Open Inference Protocol; else null. */
    @Nullable
    List<Tensor> inputs() {
        return inputs;
    }

    /** The outputs, of an answer in the Open Inference Protocol. */
    List<Tensor> outputs() {
        return outputs;
    }

    /** What it says, where it is a call of OpenAI's kind; else null. */
    @Nullable
    OpenAi openAi() {
        return isOpenAi ? openAi : null;
    }

    /** Where all fields stand but {@code id}, {@code parameters} and {@code inputs}. */
    Map<String, Slice> others() {
        return others;
    }

    /** Reads all fields; returns false where it stopped before the end because nothing more can be of interest. */
    private boolean fields(byte[] body, JsonParser parser) throws IOException, BadEvent {
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            JsonToken value = parser.nextToken();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            switch (name) {
                case "id" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        id = parser.getText();
                        continue;
                    }
                }
                case "parameters" -> {
                    parameters = Parameters.read(body, parser);
                    continue;
                }
                case "inputs" -> {
                    part = Part.REQUEST;
                    inputs = Tensor.list(body, parser);
                    continue;
                }
                case "instances" -> {
                    part = Part.REQUEST;
                    return false;
                }
                case "predictions", "explanations" -> {
                    part = Part.RESPONSE;
                    return false;
                }
                case "outputs" -> {
                    part = part == null ? Part.RESPONSE : part;
                    List<Tensor> read = Tensor.list(body, parser);
                    outputs = read == null ? List.of() : read;
                }
                case "messages", "prompt" -> {
                    part = Part.REQUEST;
                    isOpenAi = true;
                }
                case "choices", "model", "stream", "usage" -> {
                    if (name.equals("choices")) {
                        part = Part.RESPONSE;
                        isOpenAi = true;
                    }
                    openAi = openAi == null ? new OpenAi() : openAi;
                    openAi.field(name, parser);
                }
                default -> {}
            }
            parser.skipChildren();
            parser.finishToken();
            others.put(name, new Slice(from, (int) parser.currentLocation().getByteOffset()));
        }
        return true;
    }
}
