package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page at {@code /docs}, as a browser finds it. */
class DocsPageTest {
    private static final String TOKEN = "t0ken-typed-in";

    private static PolicyApi api;
    private static Client client;
    private static String root;

    @BeforeAll
    static void start() {
        api = PolicyApi.start(TestServers.newStore().settings(false));
        client = new Client(api);
        root = "http://127.0.0.1:" + api.port();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void nothingOfItMayComeFromElsewhereOrBeWrittenIntoIt() {
        Answer page = client.get("/docs");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "connect-src 'self';")
                .doesNotContain("unsafe", "http", "*");
        assertThat(page.text()).doesNotContain("://", "<style", "onload");
        for (String file : List.of("swagger-ui-bundle.js", "swagger-ui.css", "page.js", "page.css")) {
            assertThat(page.text() + client.get("/docs/" + file).status())
                    .contains("/docs/" + file)
                    .endsWith("200");
        }
    }

    @Test
    void itHasNoOtherFiles() {
        for (String file : List.of("nothing.js", "..%2Fcommon.yaml", "..%2FOpenApi.class", "%2Fetc%2Fpasswd")) {
            assertThat(client.get("/docs/" + file).status()).as(file).isEqualTo(404);
        }
    }

    @Test
    void aCallIsTriedWithATokenThatStaysInMemory() throws IOException, InterruptedException {
        Optional<Path> installed = Browser.installed();
        assumeTrue(installed.isPresent(), "no Chromium is installed, so the page at /docs is not tried");
        try (Browser browser = Browser.start(installed.get())) {
            browser.ask("Network.enable", Map.of());
            browser.ask("Log.enable", Map.of());
            browser.ask("Runtime.enable", Map.of());
            browser.ask("Page.enable", Map.of());
            browser.ask("Page.navigate", Map.of("url", root + "/docs"));

            int calls = Document.of(root).operations().size();
            Await.until(() -> count(browser, ".opblock") == calls);
            typeToken(browser);
            execute(browser, "list_models");

            String curl = text(browser, ".curl-command");
            assertThat(curl).contains("curl -X 'GET'", root + "/api/v1/models", "Authorization: Bearer " + TOKEN);
            assertThat(text(browser, ".live-responses-table")).contains("200", "\"items\": []");
            assertThat(headers(browser, "/api/v1/models")).isEqualTo("Bearer " + TOKEN);
            assertThat(browser.evaluate(
                                    "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie")
                            .asText())
                    .doesNotContain(TOKEN);
            assertThat(browser.events("Network.requestWillBeSent"))
                    .extracting(sent -> sent.path("request").path("url").asText())
                    .allMatch(url -> url.startsWith(root + "/") || url.startsWith("data:"));
            assertThat(browser.events("Log.entryAdded"))
                    .as("refused by the policy, or not found")
                    .isEmpty();
            assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
        }
    }

    private static void typeToken(Browser browser) {
        click(browser, ".btn.authorize");
        Await.until(() -> count(browser, ".auth-container input") == 1);
        browser.evaluate("document.querySelector('.auth-container input').focus()");
        browser.ask("Input.insertText", Map.of("text", TOKEN));
        click(browser, ".auth-btn-wrapper .authorize");
        Await.until(() -> count(browser, ".auth-btn-wrapper .btn-done") == 1);
        click(browser, ".auth-btn-wrapper .btn-done");
    }

    private static void execute(Browser browser, String call) {
        String block = "[id$='" + call + "'] ";
        click(browser, block + ".opblock-summary-control");
        Await.until(() -> count(browser, block + ".execute") == 1);
        click(browser, block + ".execute");
        Await.until(() -> count(browser, block + ".live-responses-table .response-col_description pre") > 0);
    }

    private static void click(Browser browser, String selector) {
        browser.evaluate("document.querySelector(\"" + selector + "\").click()");
    }

    private static int count(Browser browser, String selector) {
        return browser.evaluate("document.querySelectorAll(\"" + selector + "\").length")
                .asInt();
    }

    private static String text(Browser browser, String selector) {
        return browser.evaluate("document.querySelector(\"" + selector + "\").innerText")
                .asText();
    }

    private static String headers(Browser browser, String path) {
        return browser.events("Network.requestWillBeSent").stream()
                .map(sent -> sent.path("request"))
                .filter(sent -> sent.path("url").asText().startsWith(root + path))
                .map((JsonNode sent) ->
                        sent.path("headers").path("Authorization").asText())
                .findFirst()
                .orElse("");
    }
}
