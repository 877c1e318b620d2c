package dev.inferencestore.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ResumedTest {
    private static final byte[] BYTES = "0123456789".getBytes(StandardCharsets.UTF_8);

    private final List<Long> opened = new ArrayList<>();

    @Test
    void aConnectionThatBreaksIsMadeAgainWhereItBroke() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 1, BYTES.length, from -> breaking(from, 3))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("123456789");
        }
        assertThat(opened).containsExactly(1L, 4L, 7L);
    }

    @Test
    void oneThatBreaksAgainAndAgainIsGivenUp() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 0, BYTES.length, from -> breaking(from, 0))) {
            assertThatThrownBy(in::readAllBytes).hasMessage("s3://b/k could not be read on from byte 0");
        }
        assertThat(opened).hasSize(6);
    }

    @Test
    void whatIsGoneIsNotAskedForAgain() throws IOException {
        try (InputStream in = new Resumed("s3://b/k", 0, BYTES.length, from -> {
            if (from > 0) {
                throw new BrokenFileException("there is no s3://b/k", null);
            }
            return breaking(from, 3);
        })) {
            assertThatThrownBy(in::readAllBytes).hasMessage("there is no s3://b/k");
        }
    }

    @Test
    void whatEndsTooEarlyHasBroken() throws IOException {
        try (InputStream in = new Resumed(
                "s3://b/k",
                0,
                BYTES.length,
                from -> new ByteArrayInputStream(BYTES, (int) from, Math.min(4, BYTES.length - (int) from)))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("0123456789");
        }
    }

    @Test
    void allMembersOfAGzipAreUnpackedWhereverTheyEnd() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int i = 0; i < 3000; i++) {
            byte[] member = ("{\"entry\":" + i + ",\"text\":\"" + "x".repeat(i % 97) + "\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
            plain.write(member);
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(member);
            }
        }
        byte[] bytes = packed.toByteArray();

        for (int chunk : new int[] {1, 20, 64, 8192}) {
            try (InputStream in = new GZIPInputStream(
                    new Resumed("s3://b/k", 0, bytes.length, from -> chunks(bytes, (int) from, chunk)))) {
                byte[] unpacked = in.readAllBytes();
                assertThat(unpacked.length).as("in chunks of " + chunk).isEqualTo(plain.size());
                assertThat(unpacked).isEqualTo(plain.toByteArray());
            }
        }
    }

    /** Bytes as a connection has them: nobody knows how many more there are. */
    private static InputStream chunks(byte[] bytes, int from, int chunk) {
        return new FilterInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, chunk));
            }

            @Override
            public int available() {
                return 0;
            }
        };
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
