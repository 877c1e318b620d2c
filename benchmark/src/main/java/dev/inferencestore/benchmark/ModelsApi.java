package dev.inferencestore.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Registers models through the HTTP API and waits until the job does as they say. */
public final class ModelsApi {
    private static final String WAIT = "?wait=PT20S";

    private final Api api;

    public ModelsApi(LocalRun store) {
        api = new Api(store);
    }

    /**
     * Makes a model be registered with its storage on or off; changes nothing where it is so already.
     *
     * @return whether something was changed
     */
    public boolean ensure(String model, boolean enabled) throws IOException, InterruptedException {
        Api.Answer found = api.send("GET", "models/" + model, "");
        if (found.status() == 200) {
            JsonNode storage = found.body().path("storage");
            if (storage.path("enabled").asBoolean() == enabled
                    && storage.path("in_effect").asBoolean()) {
                return false;
            }
        } else if (found.status() == 404) {
            put("models/" + model + WAIT, "{\"project_id\":\"trial\",\"task_type\":\"detection\"}");
        } else {
            throw new IOException("GET models/" + model + " answers " + found);
        }
        put("models/" + model + "/storage" + WAIT, "{\"enabled\":" + enabled + "}");
        return true;
    }

    private void put(String path, String body) throws IOException, InterruptedException {
        JsonNode answer = api.require("PUT", path, body);
        if (!answer.path("storage").path("in_effect").asBoolean()) {
            throw new IOException("PUT " + path + " is not in effect after 20 s: " + answer);
        }
    }
}
