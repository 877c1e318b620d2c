package dev.inferencestore.benchmark.decoding;

import static dev.inferencestore.benchmark.decoding.Kind.utf8;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.registration.SourceFormat;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;

/** Events of senders that send no CloudEvents, and lines of files. */
final class OtherKinds {
    private static final String TENSOR =
            "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[100],\"datatype\":\"FP32\",\"data\":%s}]}";

    private OtherKinds() {}

    /**
     * All of them.
     *
     * @param numbers a JSON list
     */
    static List<Kind> all(String numbers, byte[] image) {
        byte[] tensor = utf8(TENSOR.formatted(numbers));
        byte[] protobuf = request(image);
        String inBase64 = Base64.getEncoder().encodeToString(protobuf);
        return List.of(
                Kind.of(
                        "Seldon request, JSON tensor",
                        "seldon.prod.model.iris.inputs",
                        SourceFormat.SELDON,
                        "key-1",
                        tensor,
                        List.of()),
                Kind.of(
                        "Seldon request, protobuf image",
                        "seldon.prod.model.iris.inputs",
                        SourceFormat.SELDON,
                        "key-1",
                        protobuf,
                        List.of()),
                Kind.of(
                        "MLServer request, JSON tensor",
                        "mlserver-input",
                        null,
                        "key-1",
                        tensor,
                        List.of(new EventHeader("mlserver-model", utf8("iris")))),
                Kind.of(
                        "ModelMesh request, protobuf image",
                        "modelmesh",
                        SourceFormat.MODELMESH,
                        null,
                        utf8("{\"id\":\"1\",\"modelid\":\"iris\",\"vModelId\":\"\",\"data\":\"" + inBase64
                                + "\",\"kind\":\"request\",\"status\":\"\",\"metadata\":{}}"),
                        List.of()),
                Kind.of(
                        "plain topic, KServe v1 request",
                        "churn",
                        SourceFormat.PLAIN,
                        "key-1",
                        utf8("{\"instances\":[" + numbers + "]}"),
                        List.of()),
                line(
                        "SageMaker line, both halves",
                        "sagemaker",
                        "s3://capture/fraud/AllTraffic/2026/03/01/10/a.jsonl",
                        "{\"captureData\":{\"endpointInput\":{\"observedContentType\":\"text/csv\",\"mode\":\"INPUT\","
                                + "\"data\":\"" + numbers.substring(1, numbers.length() - 1)
                                + "\",\"encoding\":\"CSV\"},\"endpointOutput\":{\"observedContentType\":\"text/csv\","
                                + "\"mode\":\"OUTPUT\",\"data\":\"0.1\",\"encoding\":\"CSV\"}},\"eventMetadata\":{"
                                + "\"eventId\":\"e-1\",\"inferenceTime\":\"2026-03-01T10:00:01Z\"},"
                                + "\"eventVersion\":\"0\"}"),
                line(
                        "Azure ML line",
                        "azureml",
                        "file:/az.jsonl",
                        "{\"specversion\":\"1.0\",\"time\":\"2026-03-01T10:00:00Z\",\"source\":\"/deployments/blue\","
                                + "\"datacontenttype\":\"application/json\",\"id\":\"a1\","
                                + "\"type\":\"azureml.inference.model_inputs\",\"correlationid\":\"c-1\","
                                + "\"data\":[" + numbers + "]}"));
    }

    private static Kind line(String name, String format, String path, String line) {
        return Kind.of(
                name,
                path,
                null,
                null,
                utf8(line),
                List.of(
                        new EventHeader("inferencestore-format", utf8(format)),
                        new EventHeader("inferencestore-path", utf8(path))));
    }

    /** A ModelInferRequest with one input of bytes. */
    private static byte[] request(byte[] image) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        field(input, 1, utf8("image"));
        field(input, 2, utf8("BYTES"));
        field(input, 3, new byte[] {1});
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        field(contents, 8, image);
        field(input, 5, contents.toByteArray());
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        field(request, 1, utf8("iris"));
        field(request, 5, input.toByteArray());
        return request.toByteArray();
    }

    /** A field of protobuf's kind that says its length. */
    private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
        out.write((number << 3) | 2);
        int length = bytes.length;
        while (length >= 0x80) {
            out.write((length & 0x7F) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
    }
}
