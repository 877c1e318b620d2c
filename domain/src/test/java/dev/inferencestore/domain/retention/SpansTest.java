package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times that holds keep, and what is left between them, written as 1-3 or without an end. */
class SpansTest {

    @ParameterizedTest(name = "{0} within {1} is {2}")
    @CsvSource({
        "1-5, 2-4, 2-4",
        "1-5, 0-9, 1-5",
        "1-5, 3-9, 3-5",
        "1-5, 0-3, 1-3",
        "1-5, 5-9, 5-5",
        "1-5, 7-9, 7-7",
        "3-5, 0-1, 3-3",
        "-5,  3-,  3-5",
        "-,   3-5, 3-5",
        "-,   -,   -",
        "4-4, 0-9, 4-4",
    })
    void whatIsInBoth(String span, String other, String both) {
        assertThat(span(span).within(span(other))).isEqualTo(span(both));
        assertThat(span(both).isEmpty())
                .isEqualTo(span(other).within(span(span)).isEmpty());
    }

    @Test
    void aSpanEndsAfterItBegins() {
        assertThat(new Span(3, 3).isEmpty()).isTrue();
        assertThat(new Span(3, 4).isEmpty()).isFalse();
        assertThatThrownBy(() -> new Span(4, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0} together are {1}")
    @CsvSource({
        "'',              ''",
        "1-1,             ''",
        "1-3,             1-3",
        "1-3 5-7,         1-3 5-7",
        "5-7 1-3,         1-3 5-7",
        "1-3 3-5,         1-5",
        "1-4 2-6,         1-6",
        "1-9 2-3 4-5,     1-9",
        "1-3 1-5 1-2,     1-5",
        "4-6 1-2 2-4 8-9, 1-6 8-9",
        "-3 2-,           -",
        "-3 5-,           -3 5-",
    })
    void aUnionIsInOrderAndDoesNotOverlap(String spans, String union) {
        assertThat(spans(spans)).isEqualTo(new Spans(list(union)));
    }

    @ParameterizedTest(name = "{0} within {1} are {2}")
    @CsvSource({
        "1-3 5-7 9-11, 2-10, 2-3 5-7 9-10",
        "1-3 5-7,      3-5,  ''",
        "1-3 5-7,      8-9,  ''",
        "-3 5-,        -,    -3 5-",
        "'',           1-9,  ''",
    })
    void whatIsInARange(String spans, String range, String within) {
        assertThat(spans(spans).within(span(range))).isEqualTo(new Spans(list(within)));
    }

    @ParameterizedTest(name = "{0} without {1} are {2}")
    @CsvSource({
        "1-9,      '',           1-9",
        "1-9,      3-5,          1-3 5-9",
        "1-9,      1-5,          5-9",
        "1-9,      5-9,          1-5",
        "1-9,      0-10,         ''",
        "1-9,      2-3 4-5 8-20, 1-2 3-4 5-8",
        "1-3 5-7,  2-6,          1-2 6-7",
        "1-3 5-7,  3-5,          1-3 5-7",
        "-,        3-5,          -3 5-",
        "-9,       -,            ''",
        "1-9,      3-3,          1-9",
    })
    void whatIsInNoneOfTheOthers(String spans, String others, String left) {
        assertThat(spans(spans).without(spans(others))).isEqualTo(new Spans(list(left)));
    }

    private static Spans spans(String text) {
        return Spans.union(list(text));
    }

    private static List<Span> list(String text) {
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(" ", -1)).map(SpansTest::span).collect(Collectors.toList());
    }

    private static Span span(String text) {
        String[] ends = text.split("-", -1);
        return new Span(
                ends[0].isEmpty() ? Cutoffs.KEEP : Long.parseLong(ends[0]),
                ends[1].isEmpty() ? Span.END : Long.parseLong(ends[1]));
    }
}
