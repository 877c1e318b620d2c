package dev.inferencestore.job.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.inference.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpansTest {
    @Test
    void placesOfOneObjectThatAreCloseAreReadTogether() {
        assertThat(Spans.of(List.of(
                        new Located("b", 0, 10),
                        new Located("a", 5_000, 100),
                        new Located("a", 100, 400),
                        new Located("a", 200, 10),
                        new Located("a", 1_000_000, 5))))
                .containsExactly(new Located("a", 100, 5_000), new Located("a", 1_000_000, 5), new Located("b", 0, 10));
        assertThat(Spans.of(List.of())).isEmpty();
    }

    @Test
    void spansAreNotMuchLargerThanWhatIsAskedFor() {
        Located first = new Located("a", 0, 3 << 20);
        Located second = new Located("a", 3 << 20, 2 << 20);
        assertThat(Spans.of(List.of(first, second))).containsExactly(first, second);
        Located whole = new Located("a", 0, 32 << 20);
        assertThat(Spans.of(List.of(whole))).containsExactly(whole);
    }

    @Test
    void everyPlaceIsInOneOfThem() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            List<Located> places = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                places.add(new Located(
                        "k" + random.nextInt(3), random.nextLong(10_000_000), 1 + random.nextLong(1_000_000)));
            }
            List<Located> spans = Spans.of(places);
            assertThat(places).allSatisfy(place -> assertThat(spans).anyMatch(span -> Spans.covers(span, place)));
        }
    }
}
