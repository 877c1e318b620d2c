package dev.inferencestore.api.registration;

import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.capture.CaptureRules;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads capture rules; what is left out leaves nothing out. */
final class CaptureBody {
    private static final TextRule ENTRY = TextRule.printable(512);
    private static final int MOST = 100;
    private static final int DECIMAL_PLACES = 9;

    private CaptureBody() {}

    static CaptureRules read(Fields fields) {
        BigDecimal sample = fields.optionalNumber("sample");
        if (sample != null && (sample.scale() > DECIMAL_PLACES || sample.precision() - sample.scale() > 1)) {
            fields.error("sample", "must be a share between 0 and 1, of at most " + DECIMAL_PLACES + " decimal places");
        }
        Boolean inputs = fields.optionalFlag("inputs");
        Boolean outputs = fields.optionalFlag("outputs");
        CaptureRules rules = new CaptureRules(
                0,
                sample == null ? 1 : sample.doubleValue(),
                inputs == null || inputs,
                outputs == null || outputs,
                entries(fields, "status_codes"),
                entries(fields, "redact"),
                entries(fields, "redact_headers"),
                size(fields, "max_input_size"),
                size(fields, "max_output_size"));
        if (fields.isSound()) {
            rules.broken().forEach(fields::error);
        }
        fields.done();
        return rules;
    }

    private static List<String> entries(Fields fields, String field) {
        return fields.texts(field, MOST, ENTRY);
    }

    private static @Nullable Long size(Fields fields, String field) {
        BigDecimal size = fields.optionalNumber(field);
        if (size == null) {
            return null;
        }
        try {
            return size.longValueExact();
        } catch (ArithmeticException notWhole) {
            fields.error(field, "must be a whole number of bytes");
            return null;
        }
    }
}
