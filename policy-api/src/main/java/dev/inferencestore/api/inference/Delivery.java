package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.Connections;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.domain.event.Sha256;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.storage.inference.Located;
import dev.inferencestore.storage.segment.ObjectStore;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out bytes that somebody else chose. No browser is to run any of it: they are what their type says and nothing
 * else, in a sandbox, and only images that browsers show safely are shown. They are checked against their hash on the way,
 * before the last of them goes out, so that nobody takes for an input what was overwritten while it was read.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Set<String> SHOWN =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[\\w!#$&^.+-]{1,127}/[\\w!#$&^.+-]{1,127}(\\s*;[\\x20-\\x7e]{0,200})?");
    private static final int IN_MEMORY = 1024 * 1024;
    private static final int CHUNK = 64 * 1024;

    /** Each holds a connection to the object store for as long as its reader takes. */
    private final Places places = new Places("inputs over 1 MiB", 24, 8);

    private final ObjectStore objects;

    Delivery(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * Bytes to hand out.
     *
     * @param inferenceId what a file of it is named by
     * @param sha256 hexadecimal; null where it is not known
     * @param bytes the bytes themselves; null where they are in an object
     */
    record Item(
            String inferenceId,
            @Nullable String contentType,
            long size,
            @Nullable String sha256,
            byte @Nullable [] bytes,
            @Nullable Located at) {}

    /** Answers with all of it, with the part that was asked for, or with nothing where the caller has it already. */
    void answer(Context call, Item item) throws IOException {
        String tag = item.sha256 == null ? null : "\"" + item.sha256 + "\"";
        if (tag != null && matches(call.header("If-None-Match"), tag)) {
            headers(call, item, tag);
            call.status(304);
            return;
        }
        String ifRange = call.header("If-Range");
        String header = ifRange == null || ifRange.strip().equals(tag) ? call.header("Range") : null;
        ByteRange.Wanted wanted = ByteRange.wanted(header, item.size);
        if (!wanted.satisfiable()) {
            call.header("Content-Range", "bytes */" + item.size);
            throw ProblemException.of(
                    ProblemKind.RANGE_NOT_SATISFIABLE,
                    "it has " + item.size + " bytes, so the last is " + (item.size - 1));
        }
        send(call, item, tag, wanted.part());
    }

    /** What can go wrong before the first byte goes out does so before there are headers: then the answer is a problem. */
    private void send(Context call, Item item, @Nullable String tag, @Nullable ByteRange asked) throws IOException {
        ByteRange part = asked == null ? new ByteRange(0, item.size - 1) : asked;
        if (call.method().equals(HandlerType.HEAD)) {
            headers(call, item, tag, asked, part);
        } else if (item.size <= IN_MEMORY || item.at == null) {
            byte[] bytes = item.bytes != null ? item.bytes : whole(item);
            headers(call, item, tag, asked, part);
            // Past the library, which would compress.
            call.res().getOutputStream().write(bytes, (int) part.from(), (int) part.length());
        } else {
            try (Places.Place place = places.take(call);
                    InputStream in = objects.open(item.at.key(), item.at.from() + part.from(), part.length())) {
                headers(call, item, tag, asked, part);
                stream(call, in, item, part);
            }
        }
    }

    private static void stream(Context call, InputStream in, Item item, ByteRange part) {
        try {
            copy(in, call.res().getOutputStream(), item, part);
        } catch (IOException | RuntimeException failed) {
            LOG.warn("{} was cut off: {}", call.path(), failed.toString());
            Connections.cutOff(call);
        }
    }

    /** Holds the last chunk back until the hash is known to be right. */
    private static void copy(InputStream in, OutputStream out, Item item, ByteRange part) throws IOException {
        boolean check = item.sha256 != null && part.length() == item.size;
        MessageDigest digest = Sha256.digest();
        byte[] chunk = new byte[CHUNK];
        byte[] held = new byte[CHUNK];
        int heldBytes = 0;
        for (int read = in.readNBytes(chunk, 0, CHUNK); read > 0; read = in.readNBytes(chunk, 0, CHUNK)) {
            digest.update(chunk, 0, read);
            out.write(held, 0, heldBytes);
            byte[] free = held;
            held = chunk;
            heldBytes = read;
            chunk = free;
        }
        if (check && !HexFormat.of().formatHex(digest.digest()).equals(item.sha256)) {
            throw new IOException("its bytes are not those of its sha256");
        }
        out.write(held, 0, heldBytes);
    }

    private byte[] whole(Item item) {
        Located at = item.at;
        if (at == null) {
            throw new IllegalStateException("neither bytes nor where they are");
        }
        byte[] bytes = objects.read(at.key(), at.from(), (int) item.size);
        if (item.sha256 != null
                && !HexFormat.of().formatHex(Sha256.digest().digest(bytes)).equals(item.sha256)) {
            throw new ChangedBytes(at.key());
        }
        return bytes;
    }

    private static void headers(
            Context call, Item item, @Nullable String tag, @Nullable ByteRange asked, ByteRange part) {
        headers(call, item, tag);
        if (asked != null) {
            call.status(206).header("Content-Range", "bytes " + part.from() + "-" + part.to() + "/" + item.size);
        }
        call.header("Content-Length", Long.toString(part.length()));
    }

    private static void headers(Context call, Item item, @Nullable String tag) {
        if (tag != null) {
            call.header("ETag", tag);
        }
        String type =
                item.contentType != null && MEDIA_TYPE.matcher(item.contentType).matches()
                        ? item.contentType
                        : "application/octet-stream";
        String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        String name = new EntryNames().next(item.inferenceId, item.contentType);
        call.header("Content-Type", type)
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "sandbox; default-src 'none'")
                .header("Cache-Control", "private, no-store")
                .header("Accept-Ranges", "bytes")
                .header(
                        "Content-Disposition",
                        (SHOWN.contains(media) ? "inline" : "attachment") + "; filename=\"" + name + "\"");
        if (item.sha256 != null) {
            String digest = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(item.sha256));
            call.header("Repr-Digest", "sha-256=:" + digest + ":");
        }
    }

    private static boolean matches(@Nullable String header, String tag) {
        if (header == null) {
            return false;
        }
        for (String each : header.split(",", -1)) {
            String given = each.strip();
            if (given.equals("*") || given.equals(tag) || given.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
