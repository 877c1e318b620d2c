package dev.inferencestore.domain.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a model's traffic is stored.
 *
 * @param version one higher with every change; the record says which one was applied to it
 * @param sample the share of inferences that is stored, 0 to 1, decided by inference id, so that both halves agree
 * @param inputs whether inputs are stored
 * @param outputs whether outputs are stored
 * @param statusCodes what a response must have answered to be stored, as {@code 404} or {@code 2xx}; empty for any. An
 *     event that carries no status code is not held to it
 * @param redact JSON pointers that begin with {@code /input}, {@code /output} or {@code /metadata}; {@code *} stands for
 *     every element or field. What they point at is replaced before anything is written
 * @param redactHeaders names of headers of the call, in any case
 * @param maxInputSize bytes; a larger input is recorded without them
 * @param maxOutputSize bytes; a larger output is recorded without them
 */
public record CaptureRules(
        long version,
        double sample,
        boolean inputs,
        boolean outputs,
        List<String> statusCodes,
        List<String> redact,
        List<String> redactHeaders,
        @Nullable Long maxInputSize,
        @Nullable Long maxOutputSize) {
    private static final Pattern STATUS = Pattern.compile("[1-5](?:xx|[0-9][0-9])");
    private static final Pattern POINTER = Pattern.compile("/(?:input|output|metadata)(?:/(?:[^~/]|~[01])+)+");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final int MOST = 100;
    private static final int LONGEST = 512;

    public CaptureRules {
        statusCodes = List.copyOf(statusCodes);
        redact = List.copyOf(redact);
        redactHeaders = List.copyOf(redactHeaders);
    }

    /** The same at a version. */
    public CaptureRules at(long other) {
        return new CaptureRules(
                other, sample, inputs, outputs, statusCodes, redact, redactHeaders, maxInputSize, maxOutputSize);
    }

    /** Whether they ask for something to be taken out. */
    public boolean redacts() {
        return !redact.isEmpty() || !redactHeaders.isEmpty();
    }

    /** Every rule that they break, as a sentence by field. */
    public Map<String, String> broken() {
        Map<String, String> broken = new LinkedHashMap<>();
        if (!(sample >= 0 && sample <= 1)) {
            broken.put("sample", "must be a share between 0 and 1");
        }
        if (!inputs && !outputs) {
            broken.put("outputs", "must be true where inputs is false; to store nothing, switch storage off");
        }
        each(broken, "status_codes", statusCodes, STATUS, "must be a status like 404, or a class like 2xx");
        each(
                broken,
                "redact",
                redact,
                POINTER,
                "must be a JSON pointer into /input, /output or /metadata, like /input/user/email; * stands for every"
                        + " element or field");
        each(broken, "redact_headers", redactHeaders, HEADER, "must be the name of a header");
        positive(broken, "max_input_size", maxInputSize);
        positive(broken, "max_output_size", maxOutputSize);
        return broken;
    }

    private static void each(Map<String, String> broken, String field, List<String> values, Pattern form, String rule) {
        if (values.size() > MOST) {
            broken.put(field, "must have at most " + MOST + " entries");
        }
        for (int i = 0; i < Math.min(values.size(), MOST); i++) {
            String value = values.get(i);
            if (value.length() > LONGEST || !form.matcher(value).matches()) {
                broken.put(field + "[" + i + "]", rule);
            }
        }
    }

    private static void positive(Map<String, String> broken, String field, @Nullable Long size) {
        if (size != null && size < 0) {
            broken.put(field, "must be a number of bytes, 0 or more");
        }
    }
}
