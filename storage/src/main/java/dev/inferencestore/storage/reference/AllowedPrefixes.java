package dev.inferencestore.storage.reference;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be fetched: those below one of these prefixes. Senders choose addresses, so what could be read in two
 * ways is not allowed: a user, dots that go up, escapes of slashes and dots, backslashes.
 */
public record AllowedPrefixes(List<String> prefixes) implements Serializable {
    private static final Set<String> SCHEMES = Set.of("s3", "http", "https");

    public AllowedPrefixes {
        prefixes = List.copyOf(prefixes);
    }

    /** Reads a list of them, with commas between. */
    public static AllowedPrefixes of(String list) {
        return new AllowedPrefixes(Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(prefix -> !prefix.isEmpty())
                .toList());
    }

    /**
     * What is wrong with them.
     *
     * @param ownBucket where the store keeps inputs: who names one of them as a reference would read another model's
     */
    public List<String> problems(String ownBucket) {
        List<String> problems = new ArrayList<>();
        for (String prefix : prefixes) {
            URI uri = plain(prefix);
            if (uri == null || uri.getRawQuery() != null || !uri.getRawPath().endsWith("/")) {
                problems.add(
                        "'" + prefix + "' must be like s3://bucket/path/ or https://host/path/, and end with a slash");
            } else if (uri.getScheme().equalsIgnoreCase("s3")
                    && uri.getRawAuthority().equals(ownBucket)) {
                problems.add(
                        "'" + prefix + "' is in the store's own bucket, so any model could read the inputs of all");
            }
        }
        return problems;
    }

    public boolean covers(String address) {
        URI uri = plain(address);
        if (uri == null) {
            return false;
        }
        for (String prefix : prefixes) {
            URI allowed = plain(prefix);
            if (allowed != null
                    && allowed.getScheme().equalsIgnoreCase(uri.getScheme())
                    && allowed.getRawAuthority().equalsIgnoreCase(uri.getRawAuthority())
                    && uri.getRawPath().startsWith(allowed.getRawPath())) {
                return true;
            }
        }
        return false;
    }

    /** The address, where it can be read in one way only. */
    private static @Nullable URI plain(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException invalid) {
            return null;
        }
        boolean whole = uri.getScheme() != null
                && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                && uri.getRawAuthority() != null
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && uri.getRawPath() != null;
        return whole && !hasTricks(uri) ? uri : null;
    }

    private static boolean hasTricks(URI uri) {
        String path = uri.getRawPath().toLowerCase(Locale.ROOT);
        List<String> steps = new ArrayList<>(List.of(path.split("/", -1)));
        return uri.getRawAuthority().indexOf('@') >= 0
                || steps.contains(".")
                || steps.contains("..")
                || path.contains("%2e")
                || path.contains("%2f")
                || path.contains("%5c")
                || path.contains("%00");
    }
}
