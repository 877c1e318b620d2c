package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
                .hasMessageContaining("absent");
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

    private static TarWriter tar(int content) {
        TarWriter tar = new TarWriter();
        tar.append("e", 0, new byte[] {(byte) content});
        return tar;
    }
}
