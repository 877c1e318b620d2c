package dev.inferencestore.api.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
    @Test
    void aBatchEndsBeforeAModelIsNamedTwice() {
        OutboxEntry a1 = new OutboxEntry(1, "a", "");
        OutboxEntry b2 = new OutboxEntry(2, "b", "");
        OutboxEntry a3 = new OutboxEntry(3, "a", "");
        OutboxEntry c4 = new OutboxEntry(4, "c", "");

        assertThat(Batches.first(List.of(a1, b2, a3, c4))).containsExactly(a1, b2);
        assertThat(Batches.first(List.of(a3, c4))).containsExactly(a3, c4);
        assertThat(Batches.first(List.of(a1, a3))).containsExactly(a1);
    }
}
