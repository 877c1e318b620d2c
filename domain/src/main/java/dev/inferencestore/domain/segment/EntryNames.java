package dev.inferencestore.domain.segment;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of tar entries in one segment: the inference id with every byte outside {@code A-Za-z0-9_-} as {@code %XX},
 * {@code ~2} and so on where it repeats, one dot, an extension. No name can leave a folder when unpacked, none stands
 * twice, and the part before the first dot is the key that ML data loaders go by.
 */
public final class EntryNames {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry("image/png", "png"),
            Map.entry("image/jpeg", "jpg"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("image/tiff", "tif"),
            Map.entry("image/bmp", "bmp"),
            Map.entry("image/avif", "avif"),
            Map.entry("image/heic", "heic"),
            Map.entry("application/json", "json"),
            Map.entry("application/x-ndjson", "ndjson"),
            Map.entry("text/plain", "txt"),
            Map.entry("text/csv", "csv"),
            Map.entry("text/html", "html"),
            Map.entry("application/xml", "xml"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/x-npy", "npy"),
            Map.entry("application/zip", "zip"),
            Map.entry("application/gzip", "gz"),
            Map.entry("audio/wav", "wav"),
            Map.entry("audio/mpeg", "mp3"),
            Map.entry("audio/ogg", "ogg"),
            Map.entry("audio/flac", "flac"),
            Map.entry("text/event-stream", "txt"),
            Map.entry("video/mp4", "mp4"));

    private final Map<String, Integer> seen = new HashMap<>();

    /** The name of the next entry for this id. */
    public String next(String inferenceId, @Nullable String contentType) {
        String escaped = escape(inferenceId);
        int times = seen.merge(escaped, 1, Integer::sum);
        return escaped + (times == 1 ? "" : "~" + times) + "." + extension(contentType);
    }

    /** The extension for a content type; {@code bin} for one that has no common extension. */
    static String extension(@Nullable String contentType) {
        if (contentType == null) {
            return "bin";
        }
        int end = contentType.indexOf(';');
        String media =
                (end < 0 ? contentType : contentType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return EXTENSIONS.getOrDefault(media, media.endsWith("+json") ? "json" : "bin");
    }

    private static String escape(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder(bytes.length + 8);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-') {
                name.append(c);
            } else {
                name.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return name.toString();
    }
}
