package dev.inferencestore.domain.format.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTypesTest {

    @ParameterizedTest
    @CsvSource({
        "ffd8ffe000104a4649460001, image/jpeg",
        "89504e470d0a1a0a0000000d49484452, image/png",
        "474946383961, image/gif",
        "52494646240000005745425056503820, image/webp",
        "524946462400000057415645666d7420, audio/wav",
        "5249464624000000415649204c495354, application/octet-stream",
        "49492a0008000000, image/tiff",
        "4d4d002a00000008, image/tiff",
        "424d460000000000000036000000, image/bmp",
        "424d57206973206120636172, text/plain; charset=utf-8",
        "0000001866747970 6d703432, video/mp4",
        "0000001c66747970 61766966, image/avif",
        "255044462d312e37, application/pdf",
        "504b030414000000, application/zip",
        "1f8b0800000000000003, application/gzip",
        "934e554d50590100, application/x-npy",
        "7b2261223a317d0a, application/json",
        "efbbbf5b312c325d, application/json",
        "7b2261223a31, text/plain; charset=utf-8",
        "67 72 c3bc 6e, text/plain; charset=utf-8",
        "67 72 c328 6e, application/octet-stream",
        "00000000, application/octet-stream",
        "cdcc8c3f, application/octet-stream",
        "'', text/plain; charset=utf-8",
    })
    void bytesAreKnownByHowTheyBegin(String hex, String type) {
        assertThat(ContentTypes.of(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .isEqualTo(type);
    }

    @Test
    void aCharacterThatTheLookEndsInMakesNoBytesOfText() {
        String text = "x".repeat(1023) + "é".repeat(10);

        assertThat(ContentTypes.of(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(ContentTypes.TEXT);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NIL",
            value = {
                "'{\"a\":1}', NIL, application/json",
                "'{\"a\":1}', ' ', application/json",
                "'{\"a\":1}', application/json; charset=utf-8, application/json; charset=utf-8",
                "'{\"a\":1}', application/vnd.api+json, application/vnd.api+json",
                "'{\"a\":1}', application/x-www-form-urlencoded, application/json",
                "'{\"a\":', application/json, application/json",
                "'\"text\"', application/json, application/json",
                "'17', application/json, application/json",
                "'Bad gateway', application/json, text/plain; charset=utf-8",
                "'a=b', application/x-www-form-urlencoded, application/x-www-form-urlencoded",
                "'', application/json, application/json",
            })
    void aBodyIsWhatItIsSaidToBeUnlessItsBytesShowOtherwise(String body, String said, String type) {
        assertThat(ContentTypes.ofBody(body.getBytes(StandardCharsets.UTF_8), said))
                .isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NIL",
            value = {
                "image/png, true",
                "text/plain; charset=utf-8, true",
                "np, false",
                "pd_json, false",
                "NIL, false",
                "/x, false",
                "x/, false",
                "a b/c, false",
            })
    void aMediaTypeIsToldFromOtherWordsForContents(String text, boolean is) {
        assertThat(ContentTypes.isMediaType(text)).isEqualTo(is);
    }
}
