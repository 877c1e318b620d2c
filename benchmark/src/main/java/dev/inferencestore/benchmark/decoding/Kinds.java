package dev.inferencestore.benchmark.decoding;

import static dev.inferencestore.benchmark.decoding.Kind.cloudEvent;
import static dev.inferencestore.benchmark.decoding.Kind.kserve;
import static dev.inferencestore.benchmark.decoding.Kind.utf8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Events as each sender sends them, of the sizes that are usual. */
final class Kinds {
    private static final int IMAGE = 100_000;
    private static final String METADATA =
            "[{\\\"key\\\":\\\"camera\\\",\\\"type\\\":\\\"string\\\",\\\"value\\\":\\\"north\\\"},"
                    + "{\\\"key\\\":\\\"count\\\",\\\"type\\\":\\\"int\\\",\\\"value\\\":\\\"3\\\"},"
                    + "{\\\"key\\\":\\\"latitude\\\",\\\"type\\\":\\\"float\\\",\\\"value\\\":\\\"48.1370\\\"}]";

    private Kinds() {}

    static List<Kind> all() {
        List<Kind> all = new ArrayList<>(own());
        all.addAll(logged());
        all.addAll(OtherKinds.all(numbers(100), bytes()));
        return all;
    }

    private static List<Kind> own() {
        String whole = "{\"inference_id\":\"i-1\",\"created_at\":\"2026-03-01T11:00:00.123456Z\",\"action\":\"detect\","
                + "\"input\":{\"content_type\":\"image/png\",\"data_base64\":\"%s\"},\"output\":%s,"
                + "\"metadata\":{\"camera\":\"north\",\"latitude\":48.137}}";
        return List.of(
                cloudEvent(
                        "own, whole, JSON",
                        "dev.inferencestore.inference",
                        "application/json",
                        utf8(whole.formatted("iVBORw0KGgo=", boxes(20))),
                        "ce_modelid",
                        "detector"),
                cloudEvent(
                        "own, whole, image as base64",
                        "dev.inferencestore.inference",
                        "application/json",
                        utf8(whole.formatted(image(), boxes(20))),
                        "ce_modelid",
                        "detector"),
                cloudEvent(
                        "own, request, image",
                        "dev.inferencestore.inference.request",
                        "image/png",
                        bytes(),
                        "ce_modelid",
                        "detector"));
    }

    private static List<Kind> logged() {
        String platform = "{\"id\":\"1\",\"parameters\":{\"action\":\"detect\",\"metadata\":\"" + METADATA
                + "\"},\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}";
        String chunk = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1772366400,"
                + "\"model\":\"llama\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},"
                + "\"finish_reason\":null}]}\n\n";
        String end = "data: {\"id\":\"chatcmpl-1\",\"model\":\"llama\",\"choices\":[{\"index\":0,\"delta\":{},"
                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":200,"
                + "\"total_tokens\":209}}\n\ndata: [DONE]\n\n";
        return List.of(
                kserve("KServe v1 request", "request", utf8("{\"instances\":[" + numbers(100) + "]}")),
                kserve("KServe v1 response", "response", utf8("{\"predictions\":" + numbers(100) + "}")),
                kserve(
                        "KServe v2 request, tensor",
                        "request",
                        utf8(
                                "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1000],\"datatype\":\"FP32\",\"data\":"
                                        + numbers(1000) + "}]}")),
                kserve("KServe v2 request, small bytes", "request", utf8(platform.formatted("iVBORw0KGgo="))),
                kserve("KServe v2 request, image as base64", "request", utf8(platform.formatted(image()))),
                kserve(
                        "KServe v2 response",
                        "response",
                        utf8("{\"model_name\":\"d\",\"id\":\"1\",\"outputs\":[{\"name\":\"boxes\",\"shape\":[100],"
                                + "\"datatype\":\"FP32\",\"data\":" + numbers(100) + "}]}")),
                kserve(
                        "KServe, OpenAI chat request",
                        "request",
                        utf8("{\"model\":\"llama\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                + "word ".repeat(400) + "\"}],\"stream\":true}")),
                kserve(
                        "KServe, OpenAI chat response",
                        "response",
                        utf8(
                                "{\"id\":\"chatcmpl-1\",\"model\":\"llama\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                                        + "\"assistant\",\"content\":\"" + "word ".repeat(200)
                                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
                                        + "\"completion_tokens\":200,\"total_tokens\":209}}")),
                kserve("KServe, OpenAI chat streamed, 200 chunks", "response", utf8(chunk.repeat(200) + end)));
    }

    private static String numbers(int count) {
        Random random = new Random(1);
        StringBuilder numbers = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            numbers.append(i == 0 ? "" : ",").append(random.nextInt(100_000) / 1000.0);
        }
        return numbers.append(']').toString();
    }

    private static String boxes(int count) {
        return "{\"boxes\":[" + (numbers(4) + ",").repeat(count - 1) + numbers(4) + "]}";
    }

    private static String image() {
        return Base64.getEncoder().encodeToString(bytes());
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[IMAGE];
        new Random(2).nextBytes(bytes);
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
        System.arraycopy(png, 0, bytes, 0, png.length);
        return bytes;
    }
}
