package dev.inferencestore.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumedTest {
    private static final byte[] BYTES = "0123456789".getBytes(StandardCharsets.UTF_8);

    private final List<Long> opened = new ArrayList<>();

    @Test
    void aConnectionThatBreaksIsMadeAgainWhereItBroke() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 1, from -> breaking(from, 3))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("123456789");
        }
        assertThat(opened).containsExactly(1L, 4L, 7L);
    }

    @Test
    void oneThatBreaksAgainAndAgainIsGivenUp() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 0, from -> breaking(from, 0))) {
            assertThatThrownBy(in::readAllBytes).hasMessage("s3://b/k could not be read on from byte 0");
        }
        assertThat(opened).hasSize(6);
    }

    @Test
    void whatIsGoneIsNotAskedForAgain() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 0, from -> {
            if (from > 0) {
                throw new BrokenFileException("there is no s3://b/k", null);
            }
            return breaking(from, 3);
        })) {
            assertThatThrownBy(in::readAllBytes).hasMessage("there is no s3://b/k");
        }
    }

    /** The bytes from there on, of which so many come; then the connection breaks, but for the last ones. */
    private InputStream breaking(long from, int after) {
        opened.add(from);
        return new FilterInputStream(new ByteArrayInputStream(BYTES, (int) from, BYTES.length)) {
            private int left = after;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (left == 0 && in.available() > 0) {
                    throw new IOException("the connection broke");
                }
                int read = super.read(into, offset, Math.min(length, Math.max(1, left)));
                left = Math.max(0, left - Math.max(0, read));
                return read;
            }
        };
    }
}
