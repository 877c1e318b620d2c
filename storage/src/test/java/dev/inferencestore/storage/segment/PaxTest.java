package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PaxTest {
    @Test
    void everyLengthIsFilledWithWholeRecords() {
        for (int length = Pax.LEAST; length < 1200; length++) {
            byte[] bytes = Pax.path("~scrubbed-4194303.bin", length);

            assertThat(bytes).hasSize(length);
            assertThat(Pax.namesOnly(bytes, 0, length)).isTrue();
            assertThat(new String(bytes, StandardCharsets.US_ASCII)).startsWith("30 path=~scrubbed-4194303.bin\n");
        }
    }

    @Test
    void aRecordCountsItsOwnDigits() {
        for (int name = 1; name < 1200; name++) {
            byte[] bytes = Pax.record("path", "n".repeat(name));

            assertThat(new String(bytes, StandardCharsets.US_ASCII)).startsWith(bytes.length + " path=n");
        }
    }

    @Test
    void otherThanNamesIsTold() {
        for (String content : new String[] {
            "11 mtime=1\n",
            "12 size=100\n",
            "10 path=ab",
            "99 path=ab\n",
            "path=ab\n",
            "0 path=ab\n",
            "11 path=ab\n\n3 "
        }) {
            byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);

            assertThat(Pax.namesOnly(bytes, 0, bytes.length)).as(content).isFalse();
        }
    }
}
