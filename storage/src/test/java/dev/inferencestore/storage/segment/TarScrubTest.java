package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.inferencestore.storage.segment.TarScrub.Scrubbed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TarScrubTest {
    private static final long NOON = 1_772_366_400_000_000L;
    private static final int BLOCK = 512;

    private final TarWriter tar = new TarWriter();

    @Test
    void whatIsNotKeptIsOverwrittenWhereItStands() throws IOException {
        tar.append("first.png", NOON, new byte[] {1, 2, 3});
        long second = tar.append("second.png", NOON, new byte[] {4, 5, 6});
        byte[] object = object();
        byte[] before = object.clone();

        Scrubbed scrubbed = TarScrub.scrub(object, 0, tar.length(), Set.of(second));

        assertThat(scrubbed).isEqualTo(new Scrubbed(1, 0, 1, 3));
        assertThat(text(object, 0, BLOCK)).startsWith("~scrubbed-0.bin\0").contains("00000000000\0");
        assertThat(Arrays.copyOfRange(object, BLOCK, 2 * BLOCK)).containsOnly(0);
        assertThat(Arrays.copyOfRange(object, 2 * BLOCK, object.length))
                .isEqualTo(Arrays.copyOfRange(before, 2 * BLOCK, before.length));
    }

    @Test
    void aLongNameGoesFromAllThreePlaces() throws IOException {
        tar.append("secret".repeat(50) + ".png", NOON, new byte[] {1});
        byte[] object = object();

        TarScrub.scrub(object, 0, tar.length(), Set.of());

        assertThat(text(object, 0, object.length))
                .doesNotContain("secret")
                .doesNotContain("png")
                .startsWith("PaxHeaders/~scrubbed-2.bin\0")
                .contains("24 path=~scrubbed-2.bin\n");
    }

    @Test
    void scrubbingAgainFindsNothingLeft() throws IOException {
        tar.append("short.png", NOON, new byte[] {1});
        tar.append("l".repeat(200) + ".png", NOON, new byte[] {2});
        byte[] object = object();
        TarScrub.scrub(object, 0, tar.length(), Set.of());
        byte[] once = object.clone();

        assertThat(TarScrub.scrub(object, 0, tar.length(), Set.of())).isEqualTo(new Scrubbed(0, 0, 0, 0));
        assertThat(object).isEqualTo(once);
    }

    @Test
    void anEntryToKeepThatIsScrubbedAlreadyIsSaidToBeLost() throws IOException {
        long lost = tar.append("a.bin", NOON, new byte[] {1});
        byte[] object = object();
        TarScrub.scrub(object, 0, tar.length(), Set.of());

        assertThat(TarScrub.scrub(object, 0, tar.length(), Set.of(lost))).isEqualTo(new Scrubbed(0, 1, 0, 0));
    }

    @Test
    void anIdThatLooksScrubbedIsNot() throws IOException {
        tar.append("%7Escrubbed-0.bin", NOON, new byte[] {1});

        assertThat(TarScrub.scrub(object(), 0, tar.length(), Set.of()).scrubbed())
                .isEqualTo(1);
    }

    @Test
    void theSegmentsBeforeAndAfterStay() throws IOException {
        tar.append("before.bin", NOON, new byte[] {1});
        long base = tar.length();
        tar.append("within.bin", NOON, new byte[] {2});
        long end = tar.length();
        tar.append("after.bin", NOON, new byte[] {3});
        byte[] object = object();
        byte[] before = object.clone();

        TarScrub.scrub(object, base, end - base, Set.of());

        assertThat(Arrays.mismatch(object, before)).isEqualTo((int) base);
        assertThat(text(object, (int) base, BLOCK)).startsWith("~scrubbed-2.bin\0");
        assertThat(Arrays.copyOfRange(object, (int) end, object.length))
                .isEqualTo(Arrays.copyOfRange(before, (int) end, before.length));
    }

    @Test
    void aSegmentOfNothingIsScrubbed() {
        assertThat(TarScrub.scrub(new byte[1024], 0, 0, Set.of())).isEqualTo(new Scrubbed(0, 0, 0, 0));
    }

    @Test
    void aWrongChecksumChangesNothingAndIsNamed() throws IOException {
        byte[] object = twoEntries();
        object[1024 + 5] ^= 1;

        assertUnchanged(object, 0, 2048, Set.of(), 1024, "checksum");
    }

    @Test
    void anEntryThatGoesPastTheEndChangesNothing() throws IOException {
        byte[] object = twoEntries();

        assertUnchanged(object, 0, 2047, Set.of(), 1024, "past the segment's end at byte 2047");
        assertUnchanged(object, 0, 1536, Set.of(), 1024, "past the segment's end");
        assertUnchanged(object, 0, 1300, Set.of(), 1024, "ends inside a header");
        assertUnchanged(object, 0, 2560, Set.of(), 2048, "no tar header");
        assertUnchanged(object, 512, 1536, Set.of(), 512, "no tar header");
        assertUnchanged(object, 0, object.length + 1L, Set.of(), 0, "not inside an object");
        assertUnchanged(object, 1024, Long.MAX_VALUE, Set.of(), 1024, "not inside an object");
    }

    @Test
    void aKeptOffsetWhereNoEntryBeginsChangesNothing() throws IOException {
        assertUnchanged(twoEntries(), 0, 2048, Set.of(512L, 1024L), 1024, "to be kept");
        assertUnchanged(twoEntries(), 1024, 1024, Set.of(1536L), 2560, "to be kept");
    }

    @Test
    void entriesOfOtherKindsChangeNothing() throws IOException {
        byte[] folder = twoEntries();
        System.arraycopy(TarWriter.header("d/", 0, 0, '5'), 0, folder, 1024, BLOCK);
        assertUnchanged(folder, 0, 2048, Set.of(), 1024, "not a file");

        byte[] pax = twoEntries();
        System.arraycopy(TarWriter.header("PaxHeaders/b", 200, 0, 'x'), 0, pax, 1024, BLOCK);
        assertUnchanged(pax, 0, 2048, Set.of(), 1024, "PAX");
    }

    private static void assertUnchanged(
            byte[] object, long base, long length, Set<Long> keep, long offset, String words) {
        byte[] before = object.clone();
        BrokenTarException broken =
                catchThrowableOfType(BrokenTarException.class, () -> TarScrub.scrub(object, base, length, keep));

        assertThat(broken).hasMessageContainingAll("byte " + offset + " of the object", words);
        assertThat(broken.offset()).isEqualTo(offset);
        assertThat(object).isEqualTo(before);
    }

    private byte[] twoEntries() throws IOException {
        TarWriter two = new TarWriter();
        two.append("a.bin", NOON, new byte[] {1});
        two.append("b.bin", NOON, new byte[] {2});
        return two.open().readAllBytes();
    }

    private byte[] object() throws IOException {
        return tar.open().readAllBytes();
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
}
