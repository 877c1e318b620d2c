package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.storage.inference.Place;
import dev.inferencestore.storage.inference.StoredInference;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and takes links to inputs: the address of the input with its event time, until when it is good, and an HMAC over
 * all of that. What the link shows is looked up each time, so it shows nothing any more once the input is gone; an
 * inference of the same id that comes later has another time, and an erased one cannot come back.
 */
public final class Links {
    private static final String SIGNATURE = "signature";
    private static final String EXPIRES = "expires";
    private static final String KEY = "key";
    private static final String AT = "created_at";
    private static final String ALGORITHM = "HmacSHA256";

    /** What a link has in its query besides the event time. */
    static final List<String> PARAMETERS = List.of(EXPIRES, KEY, SIGNATURE);

    private final LinkKeys keys;
    private final @Nullable URI publicUrl;
    private final Clock clock;

    /**
     * Links of these keys.
     *
     * @param publicUrl what callers reach this API at; null to go by what each call says
     */
    public Links(LinkKeys keys, @Nullable URI publicUrl, Clock clock) {
        this.keys = keys;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    /** A link to the input of an inference; null where there is none that can be read. */
    @Nullable
    Link to(StoredInference inference, Duration lasts, Context call) {
        if (!inference.input().inputState().isReadable()) {
            return null;
        }
        Place place = inference.input().place();
        Instant expires = clock.instant().plus(lasts).truncatedTo(ChronoUnit.SECONDS);
        Signed signed = new Signed(
                inference.modelId(),
                place.inferenceId(),
                EventTime.instant(place.createdAt()).toString(),
                Long.toString(expires.getEpochSecond()),
                keys.signing());
        String address = base(call) + "/api/v1/models/" + signed.modelId + "/inferences/" + encoded(signed.inferenceId)
                + "/input?" + AT + "=" + encoded(signed.createdAt) + "&" + EXPIRES + "=" + signed.expires + "&" + KEY
                + "=" + signed.key + "&" + SIGNATURE + "=" + signature(signed);
        return new Link(address, expires);
    }

    /**
     * Whether a call comes by a link that is good.
     *
     * @throws ProblemException where it comes by one that is not, or not any more
     */
    public boolean covers(Context call) {
        String given = call.queryParam(SIGNATURE);
        Map<String, String> path = call.pathParamMap();
        if (given == null || !path.containsKey("inference_id") || !call.path().endsWith("/input")) {
            return false;
        }
        Signed signed = new Signed(
                String.valueOf(path.get("model_id")),
                String.valueOf(path.get("inference_id")),
                String.valueOf(call.queryParam(AT)),
                String.valueOf(call.queryParam(EXPIRES)),
                String.valueOf(call.queryParam(KEY)));
        boolean right = keys.keys().containsKey(signed.key)
                && signed.expires.matches("\\d{1,12}")
                && MessageDigest.isEqual(
                        signature(signed).getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        if (!right) {
            throw ProblemException.of(
                    ProblemKind.LINK_NOT_VALID,
                    "its signature is not one that this API has made for it: ask for a new one");
        }
        if (!clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(signed.expires)))) {
            throw ProblemException.of(
                    ProblemKind.LINK_NOT_VALID,
                    "it was good until " + Instant.ofEpochSecond(Long.parseLong(signed.expires))
                            + ": ask for a new one with ?presign=");
        }
        return true;
    }

    private record Signed(String modelId, String inferenceId, String createdAt, String expires, String key) {
        /** No two links have the same: only the id can hold a line break, and it comes last. */
        byte[] text() {
            return ("input\n" + modelId + "\n" + createdAt + "\n" + expires + "\n" + key + "\n" + inferenceId)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private String signature(Signed signed) {
        byte[] key = keys.keys().get(signed.key);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(signed.text()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has " + ALGORITHM, missing);
        }
    }

    private String base(Context call) {
        return publicUrl == null
                ? call.scheme() + "://" + call.host()
                : publicUrl.toString().replaceAll("/+$", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
