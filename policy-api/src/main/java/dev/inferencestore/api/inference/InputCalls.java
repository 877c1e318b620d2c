package dev.inferencestore.api.inference;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.inference.Inferences;
import dev.inferencestore.storage.inference.InputState;
import dev.inferencestore.storage.inference.StoredHalf;
import dev.inferencestore.storage.inference.StoredInference;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The bytes of one input, and of one output. */
public final class InputCalls {
    private static final TextRule ANY = text -> Optional.empty();
    private static final String INPUT = InferenceCalls.PATH + "/{inference_id}/input";
    private static final String OUTPUT = InferenceCalls.PATH + "/{inference_id}/output";

    private final Inferences inferences;
    private final Delivery delivery;
    private final Links links;

    public InputCalls(DataSource database, ObjectStore objects, Links links) {
        inferences = new Inferences(database);
        delivery = new Delivery(objects);
        this.links = links;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(INPUT, this::input, Role.INPUT_READER);
        routes.get(OUTPUT, this::output, Role.READER);
    }

    private void input(Context call) throws IOException {
        // Also where nobody is asked who they are: a link that has ended shows nothing.
        boolean byLink = links.covers(call);
        Query query = new Query(call);
        Long at = InferencePath.at(query);
        if (byLink) {
            for (String of : Links.PARAMETERS) {
                query.text(of, ANY);
            }
        }
        query.done();
        try {
            delivery.answer(call, readable(find(call, at)));
        } catch (ObjectStoreException | ChangedBytes failed) {
            // Removed or overwritten since it was looked up: then it is not there any more, and that is the answer.
            readable(find(call, at));
            throw failed;
        }
    }

    private void output(Context call) throws IOException {
        Query query = new Query(call);
        Long at = InferencePath.at(query);
        query.done();
        try {
            delivery.answer(call, output(find(call, at)));
        } catch (ObjectStoreException failed) {
            output(find(call, at));
            throw failed;
        }
    }

    private static Delivery.Item output(StoredInference inference) {
        StoredHalf half = inference.answer();
        String name = "inference '" + half.place().inferenceId() + "' ";
        if (!half.hasOutput()) {
            throw new NotFound(NotFound.What.INFERENCE, name + "has no output: no response has been seen");
        }
        if (half.outputOmitted() != null) {
            throw new NotFound(
                    NotFound.What.INFERENCE,
                    "the output of " + name + "was not stored: " + half.outputOmitted() + " (docs/formats.md)");
        }
        if (half.output() == null && half.outputAt() == null) {
            throw new NotFound(NotFound.What.INFERENCE, "the output of " + name + "is not stored any more");
        }
        return new Delivery.Item(
                half.place().inferenceId(),
                half.outputContentType(),
                half.outputSize(),
                null,
                half.output(),
                half.outputAt());
    }

    private StoredInference find(Context call, @Nullable Long at) {
        return inferences.read(InferencePath.modelId(call), InferencePath.inferenceId(call), at);
    }

    private static Delivery.Item readable(StoredInference inference) {
        StoredHalf half = inference.input();
        String name = "the input of inference '" + half.place().inferenceId() + "' ";
        if (half.inputOmitted() != null) {
            throw new NotFound(
                    NotFound.What.INFERENCE, name + "was not stored: " + half.inputOmitted() + " (docs/formats.md)");
        }
        if (half.inputState() == InputState.NONE) {
            throw new NotFound(NotFound.What.INFERENCE, name + "was never sent: it has none");
        }
        if (!half.inputState().isReadable() || half.inputAt() == null) {
            throw ProblemException.of(
                    ProblemKind.INPUT_GONE,
                    name + (half.inputState() == InputState.ERASED ? "was erased" : "has expired"));
        }
        return new Delivery.Item(
                half.place().inferenceId(),
                half.inputContentType(),
                Objects.requireNonNull(half.inputSize()),
                half.inputSha256(),
                null,
                half.inputAt());
    }
}
