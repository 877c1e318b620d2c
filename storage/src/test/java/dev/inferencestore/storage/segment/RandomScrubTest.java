package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.segment.TarScrub.Scrubbed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of several segments, of which random entries are scrubbed in random order: what GNU tar and searching say. */
class RandomScrubTest {
    private static final int[] SIZES = {0, 1, 511, 512, 513, 100_000};
    private static final int[] NAMES = {16, 99, 100, 101, 113, 255, 780};

    private final List<Entry> entries = new ArrayList<>();
    private final TarWriter tar = new TarWriter();
    private Random random;

    private record Entry(int segment, long base, String name, byte[] bytes, long offset, boolean keep) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void onlyKeptEntriesAreLeftAndTheyAreWhereTheyWere(long seed, @TempDir Path folder) throws Exception {
        random = new Random(seed);
        long[] bounds = segments(5);
        byte[] object = tar.open().readAllBytes();
        int untouched = random.nextInt(5);
        byte[] before = object.clone();

        for (int segment : order(5)) {
            if (segment != untouched) {
                scrubTwice(object, bounds, segment);
            }
        }

        assertThat(object).hasSize(before.length);
        assertThat(Arrays.equals(
                        object,
                        (int) bounds[untouched],
                        (int) bounds[untouched + 1],
                        before,
                        (int) bounds[untouched],
                        (int) bounds[untouched + 1]))
                .isTrue();
        String text = new String(object, StandardCharsets.ISO_8859_1);
        for (Entry entry : entries) {
            if (entry.keep() || entry.segment() == untouched) {
                assertStays(object, entry);
            } else {
                assertGone(object, text, entry);
            }
        }
        assertListed(object, untouched, folder);
    }

    private long[] segments(int count) {
        long[] bounds = new long[count + 1];
        for (int segment = 0; segment < count; segment++) {
            long base = tar.length();
            for (int i = random.nextInt(12); i >= 0; i--) {
                byte[] bytes = new byte[SIZES[random.nextInt(SIZES.length)]];
                random.nextBytes(bytes);
                String name = letters(NAMES[random.nextInt(NAMES.length)] - 4) + ".png";
                long offset = tar.append(name, 1_772_366_400_000_000L, bytes) - base;
                entries.add(new Entry(segment, base, name, bytes, offset, random.nextBoolean()));
            }
            bounds[segment + 1] = tar.length();
        }
        return bounds;
    }

    private void scrubTwice(byte[] object, long[] bounds, int segment) {
        List<Entry> all =
                entries.stream().filter(entry -> entry.segment() == segment).toList();
        // First some more are kept, as a later run finds less to keep.
        Set<Long> first = all.stream()
                .filter(entry -> entry.keep() || random.nextBoolean())
                .map(Entry::offset)
                .collect(Collectors.toSet());
        Set<Long> keep = all.stream().filter(Entry::keep).map(Entry::offset).collect(Collectors.toSet());
        long base = bounds[segment];
        long length = bounds[segment + 1] - base;

        Scrubbed once = TarScrub.scrub(object, base, length, first);
        Scrubbed twice = TarScrub.scrub(object, base, length, keep);
        byte[] then = object.clone();
        Scrubbed thrice = TarScrub.scrub(object, base, length, keep);

        long gone = all.stream()
                .filter(entry -> !entry.keep())
                .mapToLong(entry -> entry.bytes().length)
                .sum();
        assertThat(once.kept()).isEqualTo(first.size());
        assertThat(twice.kept()).isEqualTo(keep.size());
        assertThat(once.scrubbed() + twice.scrubbed()).isEqualTo(all.size() - keep.size());
        assertThat(once.bytes() + twice.bytes()).isEqualTo(gone);
        assertThat(thrice).isEqualTo(new Scrubbed(keep.size(), 0, 0, 0));
        assertThat(object).isEqualTo(then);
    }

    private static void assertStays(byte[] object, Entry entry) {
        int from = (int) (entry.base() + entry.offset());
        assertThat(Arrays.copyOfRange(object, from, from + entry.bytes().length))
                .isEqualTo(entry.bytes());
    }

    private static void assertGone(byte[] object, String text, Entry entry) {
        int from = (int) (entry.base() + entry.offset());
        int padded = (entry.bytes().length + 511) / 512 * 512;
        assertThat(IntStream.range(from, from + padded)).allMatch(at -> object[at] == 0);
        // Any piece of the name that is long enough not to be there by chance.
        for (int at = 0; at + 12 <= entry.name().length(); at++) {
            assertThat(text.indexOf(entry.name().substring(at, at + 12))).isNegative();
        }
    }

    private void assertListed(byte[] object, int untouched, Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("object.tar");
        Files.write(file, object);
        Process listing = new ProcessBuilder("tar", "tf", file.toString())
                .redirectErrorStream(true)
                .start();
        List<String> names = listing.inputReader().lines().toList();

        assertThat(listing.waitFor()).isZero();
        assertThat(names).hasSameSizeAs(entries).doesNotHaveDuplicates();
        for (int i = 0; i < names.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.keep() || entry.segment() == untouched) {
                assertThat(names.get(i)).isEqualTo(entry.name());
            } else {
                assertThat(names.get(i)).matches("~scrubbed-\\d+\\.bin");
            }
        }
    }

    private List<Integer> order(int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(order, random);
        return order;
    }

    private String letters(int count) {
        return random.ints(count, 'a', 'z' + 1)
                .mapToObj(letter -> String.valueOf((char) letter))
                .collect(Collectors.joining());
    }
}
