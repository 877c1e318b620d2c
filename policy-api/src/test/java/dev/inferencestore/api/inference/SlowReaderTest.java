package dev.inferencestore.api.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.storage.retention.Event;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who reads slowly takes so many places and no more, and gives them back. */
class SlowReaderTest {
    private static final String LARGE = "0123456789".repeat(2_000_000);

    @Test
    void oneCallerHasSoManyPlacesAndGetsThemBack() throws Exception {
        try (ReadingApi api = ReadingApi.start()) {
            api.store.register("m");
            api.writer.store("m", Event.at("a", api.at(0)).input(LARGE));
            String path = ReadingApi.path("m") + "/a/input";
            HttpRequest request = HttpRequest.newBuilder(api.uri(path)).build();
            List<HttpResponse<InputStream>> slow = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                HttpResponse<InputStream> answer =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
                assertThat(answer.statusCode()).isEqualTo(200);
                slow.add(answer);
            }

            HttpResponse<byte[]> refused = api.bytes("GET", path);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            assertThat(api.client.get(ReadingApi.path("m") + "/a").status()).isEqualTo(200);

            for (HttpResponse<InputStream> each : slow) {
                each.body().close();
            }
            Await.until(() -> status(api, path) == 200);
        }
    }

    private static int status(ReadingApi api, String path) {
        try {
            return api.bytes("GET", path).statusCode();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
