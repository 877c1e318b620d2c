package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every object store does, the one in memory of other modules' tests too. */
public abstract class ObjectStoreContract {
    private ObjectStore store;

    protected abstract ObjectStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void anEntryIsReadBackByItsRange() {
        TarWriter tar = new TarWriter();
        tar.append("a.bin", 0, new byte[] {1, 2, 3});
        long offset = tar.append("b.bin", 0, new byte[] {4, 5, 6, 7});
        store.put("m/2026/a%20b.tar", tar);

        assertThat(store.read("m/2026/a%20b.tar", offset, 4)).containsExactly(4, 5, 6, 7);
        assertThat(store.read("m/2026/a%20b.tar", offset, 0)).isEmpty();
    }

    @Test
    void aRunIsReadAsItComes() throws IOException {
        TarWriter tar = new TarWriter();
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        long offset = tar.append("large.bin", 0, bytes);
        store.put("run", tar);

        try (InputStream run = store.open("run", offset + 1000, 200_000)) {
            assertThat(run.read()).isEqualTo(bytes[1000] & 0xff);
            assertThat(run.skip(9)).isEqualTo(9);
            assertThat(run.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1010, 201_000));
            assertThat(run.read()).isEqualTo(-1);
        }
        store.open("run", offset, 300_000).close();
        assertThat(store.open("run", offset, 0).readAllBytes()).isEmpty();
        assertThatThrownBy(() -> store.open("nothing", 0, 5).readAllBytes())
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void puttingAgainReplaces() {
        store.put("k", tar(1));
        store.put("k", tar(2));

        assertThat(store.read("k", 512, 1)).containsExactly(2);
    }

    @Test
    void whatIsNotThereIsAnErrorThatNamesIt() {
        store.put("short", tar(1));

        assertThatThrownBy(() -> store.read("absent", 0, 1))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("absent")
                .matches(failed -> !((ObjectStoreException) failed).passing());
        assertThatThrownBy(() -> store.read("short", 1500, 1000))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("short");
    }

    @Test
    void deletingIsDoneOnceAndMayBeRepeated() {
        store.put("one", tar(1));
        store.put("two", tar(1));

        store.delete(List.of("one", "never there"));
        store.delete(List.of("one"));
        store.delete(List.of());

        assertThatThrownBy(() -> store.read("one", 0, 1)).isInstanceOf(ObjectStoreException.class);
        assertThat(store.read("two", 512, 1)).containsExactly(1);
    }

    @Test
    void anObjectIsReadWholeOrSaidToBeAbsent() throws IOException {
        store.put("k", tar(1));

        assertThat(store.readAll("k").orElseThrow().bytes())
                .isEqualTo(tar(1).open().readAllBytes());
        assertThat(store.readAll("absent")).isEmpty();
    }

    @Test
    void whatWasReadIsReplaced() {
        store.put("k", tar(1));
        Whole read = store.readAll("k").orElseThrow();

        assertThat(store.replace("k", new byte[] {7, 8}, read.tag())).isTrue();

        Whole replaced = store.readAll("k").orElseThrow();
        assertThat(replaced.bytes()).containsExactly(7, 8);
        assertThat(replaced.tag()).isNotEqualTo(read.tag());
    }

    @Test
    void whatSomebodyChangedOrDeletedIsNotReplaced() {
        store.put("changed", tar(1));
        store.put("gone", tar(1));
        String changed = store.readAll("changed").orElseThrow().tag();
        String gone = store.readAll("gone").orElseThrow().tag();
        store.put("changed", tar(2));
        store.delete(List.of("gone"));

        assertThat(store.replace("changed", new byte[] {7}, changed)).isFalse();
        assertThat(store.replace("gone", new byte[] {7}, gone)).isFalse();

        assertThat(store.read("changed", 512, 1)).containsExactly(2);
        assertThat(store.readAll("gone")).isEmpty();
    }

    @Test
    void whatIsUnderAPrefixIsListedInOrder() {
        Instant before = Instant.now().minusSeconds(2);
        store.put("a/m-2/x", tar(1));
        store.put("a/m/2026/b c+d%20e.tar", tar(1));
        store.put("a/m/2026/a", tar(1));
        store.put("a/m0", tar(1));

        Listing listing = store.list("a/m/", null);

        assertThat(listing.entries())
                .extracting(Listing.Entry::key)
                .containsExactly("a/m/2026/a", "a/m/2026/b c+d%20e.tar");
        assertThat(listing.next()).isNull();
        assertThat(listing.entries()).allSatisfy(entry -> {
            assertThat(entry.size()).isEqualTo(tar(1).objectLength());
            assertThat(entry.lastModified()).isBetween(before, Instant.now().plusSeconds(2));
        });
        assertThat(store.list("a/m", null).entries()).hasSize(4);
        assertThat(store.list("", "a/m/2026/a").entries()).hasSize(2);
    }

    @Test
    void aPrefixOfNothingIsAnEmptyPage() {
        assertThat(store.list("nothing/here/", null)).isEqualTo(new Listing(List.of(), null));
        assertThat(store.list("", null)).isEqualTo(new Listing(List.of(), null));
    }

    @Test
    void moreThanAPageIsListedAndDeletedToTheLast() {
        List<String> keys = IntStream.range(0, 1003)
                .mapToObj(number -> String.format("many/%04d", number))
                .toList();
        keys.forEach(key -> store.put(key, tar(1)));

        Listing first = store.list("many/", null);
        store.delete(first.entries().stream().map(Listing.Entry::key).toList());
        Listing last = store.list("many/", first.next());

        assertThat(first.entries()).extracting(Listing.Entry::key).containsExactlyElementsOf(keys.subList(0, 1000));
        assertThat(last.entries()).extracting(Listing.Entry::key).containsExactlyElementsOf(keys.subList(1000, 1003));
        assertThat(last.next()).isNull();

        store.delete(keys);

        assertThat(store.list("many/", null).entries()).isEmpty();
    }

    private static TarWriter tar(int content) {
        TarWriter tar = new TarWriter();
        tar.append("e", 0, new byte[] {(byte) content});
        return tar;
    }
}
