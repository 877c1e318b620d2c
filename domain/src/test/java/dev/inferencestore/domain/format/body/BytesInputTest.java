package dev.inferencestore.domain.format.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.inferencestore.domain.event.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesInputTest {

    /** Of each rule, what it decides and what it just does not; {@code NIL} is a parameter that is not there. */
    @ParameterizedTest
    @CsvSource(nullValues = "NIL", textBlock = """
            # element,                  content_type,   platform, bytes,                      type
            Zm9vYmFyYmF6,               str,            true,     Zm9vYmFyYmF6,               text/plain; charset=utf-8
            Zm9v,                       base64,         false,    foo,                        text/plain; charset=utf-8
            Zm9vYg,                     base64,         false,    foob,                       text/plain; charset=utf-8
            not base64!,                base64,         false,    not base64!,                text/plain; charset=utf-8
            Zm9v,                       image/png,      false,    foo,                        image/png
            no!,                        image/png,      true,     no!,                        image/png
            Zm9v,                       NIL,            true,     foo,                        text/plain; charset=utf-8
            Zm9vYg==,                   NIL,            true,     foob,                       text/plain; charset=utf-8
            Zm9vYh==,                   NIL,            true,     Zm9vYh==,                   text/plain; charset=utf-8
            Zm9vYg,                     NIL,            true,     Zm9vYg,                     text/plain; charset=utf-8
            hello there,                NIL,            true,     hello there,                text/plain; charset=utf-8
            Zm9v,                       text/plain,     true,     foo,                        text/plain
            Zm9v,                       text/plain,     false,    Zm9v,                       text/plain
            eyJhIjoxfQ==,               application/json, true,   {"a":1},                    application/json
            Zm9vYmFyYmF6,               NIL,            false,    Zm9vYmFyYmF6,               text/plain; charset=utf-8
            Zm9vYmFyYmF6Zm9v,           NIL,            false,    foobarbazfoo,               text/plain; charset=utf-8
            abcdefghijklmnop,           NIL,            false,    abcdefghijklmnop,           text/plain; charset=utf-8
            Zm9v,                       np,             true,     foo,                        text/plain; charset=utf-8
            '',                         NIL,            true,     '',                         text/plain; charset=utf-8
            """)
    void anElementIsTextOrBase64(String element, String contentType, boolean ofPlatform, String bytes, String type)
            throws Exception {
        Payload payload = read(element, contentType, ofPlatform);

        assertThat(new String(payload.bytes(), StandardCharsets.UTF_8)).isEqualTo(bytes);
        assertThat(payload.contentType()).isEqualTo(type);
    }

    @Test
    void bytesOfEveryLengthComeBackAsTheyWere() throws Exception {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(read(Base64.getEncoder().encodeToString(bytes), null, true)
                            .bytes())
                    .isEqualTo(bytes);
            String lines = Base64.getMimeEncoder().encodeToString(bytes);
            assertThat(read(lines, "base64", false).bytes()).isEqualTo(bytes);
            String forUrls = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(read(forUrls, "image/jpeg", false).bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void whateverIsGuessedWhatWasSentCanBeHadBack() throws Exception {
        Random random = new Random(8);
        String alphabet = "ABab01+/=-_ ";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder element = new StringBuilder();
            for (int length = random.nextInt(28); length > 0; length--) {
                element.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = read(element.toString(), null, random.nextBoolean()).bytes();
            byte[] sent = element.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(Arrays.equals(bytes, sent)
                            || Base64.getEncoder().encodeToString(bytes).contentEquals(element))
                    .as(element.toString())
                    .isTrue();
        }
    }

    private static Payload read(String element, String contentType, boolean ofPlatform) throws Exception {
        String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(element)) + '"';
        byte[] document = quoted.getBytes(StandardCharsets.UTF_8);
        return BytesInput.of(document, new Slice(0, document.length), contentType, ofPlatform);
    }
}
