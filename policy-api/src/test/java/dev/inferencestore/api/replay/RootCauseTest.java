package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RootCauseTest {
    @Test
    void itIsTheLastCause() {
        assertThat(RootCause.of("""
                a.B: outer
                \tat x.y(Z.java:1)
                Caused by: org.postgresql.util.PSQLException: Connection to db:5432 refused.
                \tat x.y(Z.java:2)
                \t... 3 more
                """)).isEqualTo("PSQLException: Connection to db:5432 refused.");
    }

    @Test
    void aMessageOfSeveralLinesIsOneLine() {
        assertThat(RootCause.of("""
                x
                Caused by: dev.inferencestore.domain.options.InvalidSettings: 2 problems with the options:
                  - 'a' is missing
                  - 'b' is missing
                \tat x.y(Z.java:2)
                """))
                .isEqualTo("InvalidSettings: 2 problems with the options: - 'a' is missing - 'b' is missing");
    }

    @Test
    void withoutACauseItIsTheFirstLine() {
        assertThat(
                        RootCause.of(
                                "Internal server error.\n<Exception on server side:\norg.x.NotFound: no jar\n\tat a.b(C.java)\n>"))
                .isEqualTo("NotFound: no jar");
        assertThat(RootCause.of("java.lang.NullPointerException\n\tat a.b(C.java)"))
                .isEqualTo("NullPointerException");
        assertThat(RootCause.of("Not found: /jars")).isEqualTo("Not found: /jars");
        assertThat(RootCause.of("")).isEmpty();
    }

    @Test
    void itIsNoLongerThanOneReads() {
        assertThat(RootCause.of("a.B: " + "x".repeat(5000))).hasSize(1001);
    }
}
