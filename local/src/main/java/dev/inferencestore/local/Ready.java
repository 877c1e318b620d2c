package dev.inferencestore.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the line that begins with READY says: where everything is.
 *
 * @param flink null when the job runs elsewhere
 */
record Ready(
        String api,
        String kafka,
        String postgres,
        String s3,
        @Nullable String flink,
        String data,
        String bucket,
        String accessKey,
        String secretKey) {

    String line() {
        Map<String, @Nullable String> json = new LinkedHashMap<>();
        json.put("api", api);
        json.put("kafka", kafka);
        json.put("postgres", postgres);
        json.put("s3", s3);
        json.put("flink", flink);
        json.put("data", data);
        json.put("bucket", bucket);
        json.put("s3_access_key", accessKey);
        json.put("s3_secret_key", secretKey);
        try {
            return "READY " + new ObjectMapper().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts is always JSON.", e);
        }
    }
}
