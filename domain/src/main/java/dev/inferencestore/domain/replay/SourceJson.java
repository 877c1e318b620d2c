package dev.inferencestore.domain.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.replay.ReplaySource.PartitionRange;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The source of a replay as JSON. */
final class SourceJson {
    private static final List<String> FIELDS = List.of("topics", "start", "end", "offsets", "format", "paths");
    private static final int MOST_TOPICS = 100;
    private static final int MOST_PARTITIONS = 10_000;
    private static final int MOST_PATHS = 1_000;
    private static final int LONGEST_PATH = 2_048;
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9._-]{1,255}");

    private SourceJson() {}

    static @Nullable ReplaySource read(SpecFields fields, List<InvalidReplay.Rule> broken) {
        String kind = fields.oneOf("kind", List.of(ReplaySource.Topics.KIND, ReplaySource.Files.KIND));
        if (kind == null) {
            fields.know(FIELDS);
            fields.done();
            return null;
        }
        ReplaySource source = kind.equals(ReplaySource.Topics.KIND) ? topics(fields, broken) : files(fields);
        fields.done();
        return source;
    }

    private static ReplaySource topics(SpecFields fields, List<InvalidReplay.Rule> broken) {
        List<String> topics = fields.texts("topics", MOST_TOPICS, SpecFields::topicRule);
        Instant start = fields.time("start");
        Instant end = fields.time("end");
        fields.range(start, end);
        List<PartitionRange> offsets = offsets(fields, broken);
        if (fields.has("offsets") && (fields.has("topics") || fields.has("start") || fields.has("end"))) {
            fields.error("offsets", "says what is read: leave topics, start and end out beside it");
        }
        return new ReplaySource.Topics(topics, start, end, offsets);
    }

    private static List<PartitionRange> offsets(SpecFields fields, List<InvalidReplay.Rule> broken) {
        JsonNode value = fields.value("offsets");
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ObjectNode) || value.isEmpty() || value.size() > MOST_PARTITIONS) {
            fields.error(
                    "offsets",
                    "must be an object of 1 to " + MOST_PARTITIONS
                            + " partitions, each with its first offset and the one before which to end, as"
                            + " {\"topic-0\": [0, 100]}");
            return List.of();
        }
        List<PartitionRange> ranges = new ArrayList<>();
        value.properties().forEach(entry -> {
            PartitionRange range = range(entry.getKey(), entry.getValue());
            if (range == null) {
                broken.add(
                        new InvalidReplay.Rule(
                                "source.offsets." + entry.getKey(),
                                "must be a topic, a dash and a partition, with two offsets, 0 or more, the second above the first"));
            } else {
                ranges.add(range);
            }
        });
        return ranges;
    }

    private static @Nullable PartitionRange range(String name, JsonNode offsets) {
        int dash = name.lastIndexOf('-');
        String number = name.substring(dash + 1);
        boolean named = dash > 0
                && SpecFields.topicRule(name.substring(0, dash)) == null
                && number.matches("0|[1-9][0-9]{0,8}");
        if (!named
                || !offsets.isArray()
                || offsets.size() != 2
                || !isOffset(offsets.get(0))
                || !isOffset(offsets.get(1))) {
            return null;
        }
        long from = offsets.get(0).longValue();
        long to = offsets.get(1).longValue();
        return from < to ? new PartitionRange(name.substring(0, dash), Integer.parseInt(number), from, to) : null;
    }

    private static boolean isOffset(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
    }

    private static @Nullable ReplaySource files(SpecFields fields) {
        String word = fields.oneOf("format", ReplaySpecCodec.formats());
        List<String> paths = fields.texts("paths", MOST_PATHS, SourceJson::pathRule);
        if (!fields.has("paths")) {
            fields.error("paths", "must be given");
        }
        return Arrays.stream(FileFormat.values())
                .filter(format -> format.text().equals(word))
                .findFirst()
                .map(format -> new ReplaySource.Files(format, paths))
                .orElse(null);
    }

    /** A path that climbs would be another one than it seems where prefixes say what may be read. */
    private static @Nullable String pathRule(String path) {
        try {
            URI uri = new URI(path);
            boolean s3 = "s3".equals(uri.getScheme())
                    && uri.getRawAuthority() != null
                    && BUCKET.matcher(uri.getRawAuthority()).matches();
            boolean file = "file".equals(uri.getScheme()) && uri.getRawAuthority() == null;
            boolean plain = uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawPath() != null
                    && uri.getRawPath().startsWith("/")
                    && !path.contains("%")
                    && !Arrays.asList(uri.getRawPath().split("/", -1)).contains("..");
            if (path.length() <= LONGEST_PATH && (s3 || file) && plain) {
                return null;
            }
        } catch (URISyntaxException notAnAddress) {
            // Said below, as of what has another form.
        }
        return "must be s3://bucket/key or file:///path, up to " + LONGEST_PATH
                + " characters without blanks, % and ..";
    }

    static ObjectNode write(ObjectNode json, ReplaySource source) {
        json.put("kind", source.kind());
        if (source instanceof ReplaySource.Files files) {
            json.put("format", files.format().text());
            ReplaySpecCodec.put(json.putArray("paths"), files.paths());
        } else if (source instanceof ReplaySource.Topics topics) {
            if (!topics.topics().isEmpty()) {
                ReplaySpecCodec.put(json.putArray("topics"), topics.topics());
            }
            ReplaySpecCodec.put(json, "start", topics.start());
            ReplaySpecCodec.put(json, "end", topics.end());
            for (PartitionRange range : topics.offsets()) {
                json.withObject("/offsets")
                        .putArray(range.topic() + "-" + range.partition())
                        .add(range.from())
                        .add(range.to());
            }
        }
        return json;
    }
}
