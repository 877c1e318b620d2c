package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Storing at least once makes copies: an erase finds them all. */
class EraseCopiesTest extends EraseTests {

    @Test
    void aCopyInASegmentThatOtherRowsNameIsOverwritten() throws Exception {
        store.register("copy");
        writer.store("copy", Event.at("copy-a", at(1, 0)), Event.at("copy-b", at(1, 1)));
        writer.store("copy", Event.at("copy-a", at(1, 0)), Event.at("copy-c", at(1, 2)));

        Task end = erase("copy", ids("copy-a"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(1);
        assertThat(end.figures().blobsDeleted()).isEqualTo(1);
        assertThat(end.figures().objectsRewritten()).isEqualTo(2);
        isGone("copy", "copy-a");
        assertThat(intact("copy")).containsExactly("copy-b", "copy-c");
    }

    @Test
    void copiesOfLargeOutputsAreOverwrittenToo() throws Exception {
        store.register("large");
        writer.store(
                "large",
                Event.at("large-a", at(1, 0)).largeOutput(),
                Event.at("large-b", at(1, 1)).largeOutput());
        writer.store(
                "large",
                Event.at("large-a", at(1, 0)).largeOutput(),
                Event.at("large-c", at(1, 2)).largeOutput());

        Task end = erase("large", ids("large-a"));

        assertThat(complete(end).figures().objectsRewritten()).isEqualTo(4);
        isGone("large", "large-a");
        assertThat(intact("large")).containsExactly("large-b", "large-c");
    }

    @Test
    void aCopyOfANeighbourGoesWithItAndTheRowStillReads() throws Exception {
        store.register("neighbour");
        writer.store("neighbour", Event.at("neighbour-a", at(1, 0)), Event.at("neighbour-b", at(1, 1)));
        writer.store("neighbour", Event.at("neighbour-b", at(1, 1)), Event.at("neighbour-c", at(1, 2)));

        erase("neighbour", ids("neighbour-a"));

        isGone("neighbour", "neighbour-a");
        assertThat(intact("neighbour")).containsExactly("neighbour-b", "neighbour-c");
        assertThat(bucket("neighbour").split("input of neighbour-b;", -1)).hasSize(2);
    }

    @Test
    void aSegmentWhoseRowsWereTakenButForACopyIsDeleted() throws Exception {
        store.register("only");
        writer.store("only", Event.at("only-a", at(1, 0)));
        writer.store("only", Event.at("only-a", at(1, 0)), Event.at("only-b", at(1, 2)));
        erase("only", ids("only-b"));
        assertThat(store.keys("only")).hasSize(1);

        erase("only", ids("only-a"));

        isGone("only", "only-a", "only-b");
        assertThat(store.keys("only")).isEmpty();
        assertThat(segments("only")).isZero();
    }

    @Test
    void aCopyInTheVerySameSegmentIsOverwritten() throws Exception {
        store.register("same");
        writer.store("same", Event.at("same-a", at(1, 0)), Event.at("same-a", at(1, 0)), Event.at("same-b", at(1, 1)));

        erase("same", ids("same-a"));

        isGone("same", "same-a");
        assertThat(intact("same")).containsExactly("same-b");
    }

    @Test
    void whatWasKeptAsideGoesWithIt() throws Exception {
        store.register("aside");
        writer.store("aside", Event.at("aside-a", at(1, 0)), Event.at("aside-b", at(1, 1)));
        writer.store("aside", Event.at("aside-a", at(1, 0)).conflicting(), Event.at("aside-c", at(1, 2)));
        // The same conflict again: an entry that no row names.
        writer.store("aside", Event.at("aside-a", at(1, 0)).conflicting(), Event.at("aside-d", at(1, 3)));
        writer.store("aside", Event.at("aside-b", at(1, 1)).conflicting());
        assertThat(rows("aside", "aside-a")).isEqualTo(2);

        Task end = erase("aside", ids("aside-a"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(1);
        assertThat(receipt(end).get(0).sha256())
                .containsExactlyInAnyOrder(sha256("the input of aside-a;"), sha256("another input of aside-a;"));
        isGone("aside", "aside-a");
        assertThat(wholeBucket()).doesNotContain("another input of aside-a;").contains("another input of aside-b;");
        assertThat(intact("aside")).containsExactly("aside-b", "aside-c", "aside-d");
        assertThat(rows("aside", "aside-b")).isEqualTo(2);
    }

    @Test
    void segmentsThatShareAnObjectAreOverwrittenEachInItsPlace() throws Exception {
        store.register("merged");
        writer.store("merged", Event.at("merged-a", at(1, 0)), Event.at("merged-b", at(1, 1)));
        writer.store("merged", Event.at("merged-a", at(1, 0)), Event.at("merged-c", at(1, 2)));
        writer.store("merged", Event.at("merged-d", at(2, 0)));
        writer.merge("merged");

        Task end = erase("merged", ids("merged-a", "merged-d"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(2);
        isGone("merged", "merged-a", "merged-d");
        assertThat(intact("merged")).containsExactly("merged-b", "merged-c");
        assertThat(store.keys("merged")).hasSize(1);
    }

    @Test
    void aRecordWithoutItsInputLeavesNoByteEither() throws Exception {
        store.register("cut");
        writer.store("cut", Event.at("cut-a", at(1, 0)), Event.at("cut-b", at(1, 50)));
        policy("cut", DeleteAction.HARD, null, at(1, 30));
        store.run("cut");
        writer.store("cut", Event.at("cut-c", at(1, 10)), Event.at("cut-d", at(1, 51)));

        Task end = erase("cut", ids("cut-a", "cut-c", "cut-d"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(3);
        assertThat(end.figures().blobsDeleted()).isEqualTo(1);
        isGone("cut", "cut-a", "cut-c", "cut-d");
        assertThat(intact("cut")).containsExactly("cut-b");
    }

    @Test
    void longIdsStandInHeadersOfTheirOwnAndGoFromThoseToo() throws Exception {
        store.register("pax");
        String longId = "pax-" + "x".repeat(150);
        writer.store("pax", Event.at(longId, at(1, 0)), Event.at("pax-b", at(1, 1)));
        assertThat(wholeBucket()).contains("x".repeat(60));

        erase("pax", ids(longId));

        isGone("pax", longId);
        assertThat(wholeBucket()).doesNotContain("x".repeat(60));
        assertThat(intact("pax")).containsExactly("pax-b");
    }

    @Test
    void anUploadWhoseRowsComeAfterItIsOverwrittenOrLeftToTheSweep() throws Exception {
        store.register("late");
        writer.store("late", Event.at("late-a", at(1, 0)));
        List<StoredBatch> mixed = writer.upload("late", Event.at("late-a", at(1, 0)), Event.at("late-b", at(1, 1)));
        List<StoredBatch> copies = writer.upload("late", Event.at("late-a", at(1, 0)));
        erase("late", ids("late-a"));

        List<StoredBatch> both = new ArrayList<>(mixed);
        both.addAll(copies);
        try (Connection connection = store.database.getConnection()) {
            assertThat(new RecordWriter(3).flush(connection, both).unreferenced())
                    .containsExactly(copies.get(0).segments().get(0).objectKey());
        }
        store.work("late");

        assertThat(intact("late")).containsExactly("late-b");
        String named = mixed.get(0).segments().get(0).objectKey();
        assertThat(new String(store.objects.readAll(named).orElseThrow().bytes(), StandardCharsets.UTF_8))
                .doesNotContain("late-a");
        store.objects.delete(List.of(copies.get(0).segments().get(0).objectKey()));
        isGone("late", "late-a");
    }
}
