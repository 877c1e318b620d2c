package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes late and a hold keeps is stored down to where the floors were when the hold was placed. */
class HeldFloorTest {

    @ParameterizedTest(name = "floors {0} {1}, when it was placed {2} {3}: at {4} {5}")
    @CsvSource({
        "6, 8, 2, 4, 1, REFUSE_FLOOR",
        "6, 8, 2, 4, 2, STORE_WITHOUT_INPUT",
        "6, 8, 2, 4, 3, STORE_WITHOUT_INPUT",
        "6, 8, 2, 4, 4, STORE",
        "6, 8, 2, 4, 9, STORE",
        "6, 8, 6, 8, 5, REFUSE_FLOOR",
        "6, 8, 6, 8, 7, STORE_WITHOUT_INPUT",
        "6, 8,  ,  , 0, STORE",
        " ,  ,  ,  , 0, STORE",
        "6, 8,  , 4, 1, STORE_WITHOUT_INPUT",
        // A floor never sinks, and a hold never raises one.
        "2, 4, 6, 8, 3, STORE_WITHOUT_INPUT",
        "2, 4, 6, 8, 5, STORE",
    })
    void theFloorsOfWhenItWasPlacedDecide(
            Long records, Long blobs, Long placedRecords, Long placedBlobs, long at, Floor.Verdict verdict) {
        Floor floor = new Floor(1, micros(records), micros(blobs)).held(micros(placedRecords), micros(placedBlobs));

        assertThat(floor.judge(1, at, Floor.NEVER)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "of generation {0}, erased at {1}: {2}")
    @CsvSource({"2, , REFUSE_GENERATION", "1, 5, REFUSE_ERASED", "1, 4, STORE", "2, 5, REFUSE_GENERATION"})
    void aHoldBringsBackNothingThatWasErasedOrUnregistered(long generation, Long erasedAt, Floor.Verdict verdict) {
        Floor floor = new Floor(1, 6, 8).held(2, 4);

        assertThat(floor.judge(generation, 5, erasedAt == null ? Floor.NEVER : erasedAt))
                .isEqualTo(verdict);
    }

    private static long micros(Long time) {
        return time == null ? Floor.NONE : time;
    }
}
