package dev.inferencestore.domain.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private final EntryNames names = new EntryNames();

    @ParameterizedTest
    @CsvSource({
        "abc-1_Z, image/png, abc-1_Z.png",
        "../../etc/passwd, text/plain; charset=utf-8, %2E%2E%2F%2E%2E%2Fetc%2Fpasswd.txt",
        "a.b, application/problem+json, a%2Eb.json",
        "ü, , %C3%BC.bin",
        "a~2, x/y, a%7E2.bin"
    })
    void anEntryIsNamedAfterItsInference(String id, String contentType, String name) {
        assertThat(names.next(id, contentType)).isEqualTo(name);
    }

    @Test
    void anIdThatRepeatsIsNumbered() {
        assertThat(names.next("a", "image/png")).isEqualTo("a.png");
        assertThat(names.next("a", "image/jpeg")).isEqualTo("a~2.jpg");
        assertThat(names.next("a", "image/png")).isEqualTo("a~3.png");
    }

    @Test
    void anObjectIsFiledUnderItsModelAndHour() {
        UUID id = UUID.fromString("00000000-0000-0000-0000-00000000002a");
        long hour = ObjectKeys.hour(1_772_355_600_123_456L);

        assertThat(ObjectKeys.key("inputs", "detector", hour, id))
                .isEqualTo("inputs/detector/2026/03/01/09/00000000-0000-0000-0000-00000000002a.tar");
        assertThat(ObjectKeys.key("", "m", 0, id)).startsWith("m/1970/01/01/00/");
    }

    @Test
    void aKeyThatIsListedSaysWhichSegmentItIs() {
        UUID id = UUID.randomUUID();
        String key = ObjectKeys.key("inputs", "detector", 495_000, id);

        assertThat(ListedKey.of("inputs/detector/", key))
                .isEqualTo(new ListedKey(ListedKey.Form.SEGMENT, id.toString(), 495_000));
        assertThat(ListedKey.of("inputs/detector/", key + "-" + UUID.randomUUID())
                        .form())
                .isEqualTo(ListedKey.Form.LEFTOVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "readme.txt",
                "2026/03/01/09/notes.tar",
                "2026/13/01/09/00000000-0000-0000-0000-00000000002a.tar",
                "2026/02/30/09/00000000-0000-0000-0000-00000000002a.tar",
                "2026/03/01/24/00000000-0000-0000-0000-00000000002a.tar",
                "2026/03/01/09/00000000-0000-0000-0000-00000000002A.tar",
                "2026/03/01/09/00000000-0000-0000-0000-00000000002a.tar.gz",
                "2026/03/01/09/00000000-0000-0000-0000-00000000002a.tar-old",
                "other/2026/03/01/09/00000000-0000-0000-0000-00000000002a.tar"
            })
    void whatThisStoreDoesNotWriteIsForeign(String rest) {
        assertThat(ListedKey.of("m/", "m/" + rest).form()).isEqualTo(ListedKey.Form.FOREIGN);
    }
}
