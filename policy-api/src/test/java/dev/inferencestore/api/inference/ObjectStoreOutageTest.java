package dev.inferencestore.api.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.storage.retention.Event;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What reading answers while the object store does not. */
class ObjectStoreOutageTest {
    @Test
    void bytesAreUnavailableAndWhatIsNotThereStaysSo() throws Exception {
        try (ReadingApi api = ReadingApi.start()) {
            api.store.register("m");
            api.writer.store(
                    "m",
                    Event.at("a", api.at(0)),
                    Event.at("big-output", api.at(1)).largeOutput());
            try (PolicyApi cutOff =
                    api.another("--s3.endpoint", "http://127.0.0.1:" + closedPort(), "--s3.timeout", "1s")) {
                Client client = new Client(cutOff);

                for (String path : new String[] {"/a/input", "/big-output/input", "/big-output/output"}) {
                    Answer answer = client.get(ReadingApi.path("m") + path);
                    assertThat(answer.status()).as(path).isEqualTo(503);
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                    assertThat(answer.json().path("type").asText()).endsWith("unavailable");
                    assertThat(answer.json().path("detail").asText())
                            .isEqualTo("the object store does not answer; try again");
                }
                assertThat(client.get(ReadingApi.path("m") + "/other/output").status())
                        .isEqualTo(404);
            }
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
