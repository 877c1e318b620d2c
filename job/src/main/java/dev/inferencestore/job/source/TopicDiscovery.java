package dev.inferencestore.job.source;

import dev.inferencestore.storage.topic.SourceTopics;
import dev.inferencestore.storage.topic.TopicFinding;
import dev.inferencestore.storage.topic.TopicState;
import dev.inferencestore.storage.topic.WantedTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka and the database which topics are to be read: the one of inferences, which must be there, and those that
 * sources of registered models name, of which each is read that can be. What was found is written down for the API to
 * show. A database that does not answer leaves it at what was last known; so does Kafka, but the first time.
 */
final class TopicDiscovery implements Discovery {
    private static final Logger LOG = LoggerFactory.getLogger(TopicDiscovery.class);

    /** Senders' clocks, Kafka's and the database's may be apart by this; so much history is read too. */
    static final Duration CLOCKS = Duration.ofMinutes(1);

    private final String main;
    private final Set<String> refused;
    private final Admin kafka;
    private final SourceTopics database;

    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, Set<Integer>> partitions = new HashMap<>();
    private @Nullable Map<String, WantedTopic> wanted;

    /**
     * @param main the inferences topic
     * @param refused the store's other topics, which are never read as inferences
     */
    TopicDiscovery(String main, Set<String> refused, Admin kafka, SourceTopics database) {
        this.main = main;
        this.refused = Set.copyOf(refused);
        this.kafka = kafka;
        this.database = database;
    }

    @Override
    public void note(CannotRead failure) {
        notes.put(failure.topic(), failure.why());
    }

    /**
     * Looks.
     *
     * @throws IllegalStateException when the inferences topic is not there or may not be read
     */
    @Override
    public Found run() throws InterruptedException {
        askDatabase();
        Map<String, WantedTopic> topics = wanted == null ? Map.of() : wanted;
        Set<String> asked = new HashSet<>(topics.keySet());
        asked.removeIf(this::isRefused);
        asked.add(main);
        Map<String, TopicLook.Finding> findings = TopicLook.at(kafka, asked);

        boolean again = !notes.isEmpty();
        Set<TopicPartition> readable = new HashSet<>(ofMain(findings.get(main)));
        Map<String, ReadTopics.Topic> read = new HashMap<>();
        List<TopicFinding> report = new ArrayList<>();
        for (WantedTopic topic : topics.values()) {
            TopicLook.Finding finding = isRefused(topic.topic())
                    ? TopicLook.none(TopicState.REFUSED, "it is one of the store's own topics, or of Kafka's")
                    : findings.getOrDefault(topic.topic(), TopicLook.none(TopicState.UNKNOWN, "Kafka did not say"));
            report.add(finding(topic.topic(), finding));
            if (topic.topic().equals(main) || finding.state() == TopicState.REFUSED) {
                continue;
            }
            ReadTopics.Topic order = order(topic, finding);
            read.put(topic.topic(), order);
            if (order.readable()) {
                partitions
                        .getOrDefault(topic.topic(), Set.of())
                        .forEach(number -> readable.add(new TopicPartition(topic.topic(), number)));
            }
        }
        forget(topics.keySet());
        tellDatabase(report);
        return new Found(readable, wanted == null ? null : new ReadTopics(read), again);
    }

    /** By their names those of Kafka are known before there are any. */
    private boolean isRefused(String topic) {
        return refused.contains(topic) || topic.startsWith("__");
    }

    private void askDatabase() {
        try {
            wanted = database.wanted();
        } catch (RuntimeException away) {
            LOG.warn("Could not read which topics sources name, going on with those of before: {}", away.getMessage());
        }
    }

    private Set<TopicPartition> ofMain(TopicLook.@Nullable Finding finding) {
        if (finding != null && finding.readable()) {
            partitions.put(main, finding.partitions());
        } else if (finding == null || finding.state() != TopicState.UNKNOWN || !partitions.containsKey(main)) {
            throw new IllegalStateException("the inferences topic '" + main + "' cannot be read: "
                    + (finding == null ? "Kafka did not say" : finding.detail()));
        } else {
            LOG.warn("Could not look at the inferences topic, going on as before: {}", finding.detail());
        }
        Set<TopicPartition> all = new HashSet<>();
        partitions.getOrDefault(main, Set.of()).forEach(number -> all.add(new TopicPartition(main, number)));
        return all;
    }

    private ReadTopics.Topic order(WantedTopic topic, TopicLook.Finding finding) {
        String name = topic.topic();
        boolean anew = false;
        if (finding.readable()) {
            String before = ids.getOrDefault(name, topic.topicId());
            anew = before != null && finding.id() != null && !before.equals(finding.id());
            if (finding.id() != null) {
                ids.put(name, finding.id());
            }
            partitions.put(name, finding.partitions());
        } else if (finding.state() != TopicState.UNKNOWN) {
            partitions.remove(name);
        }
        Set<Integer> there = partitions.get(name);
        long since = topic.since().minus(CLOCKS).toEpochMilli();
        return new ReadTopics.Topic(since, there == null ? 0 : there.size(), there != null, anew);
    }

    /** A reader that could not read a topic knows better than who only looked at it. */
    private TopicFinding finding(String topic, TopicLook.Finding finding) {
        String note = notes.remove(topic);
        TopicState state = finding.state();
        String detail = finding.detail();
        if (finding.readable() && note != null) {
            state = TopicState.UNKNOWN;
            detail = "reading it failed and is tried again: " + note;
        }
        return new TopicFinding(topic, state, detail, finding.partitions().size(), finding.id());
    }

    private void forget(Set<String> stillWanted) {
        ids.keySet().retainAll(stillWanted);
        notes.keySet().retainAll(stillWanted);
        partitions.keySet().removeIf(topic -> !topic.equals(main) && !stillWanted.contains(topic));
    }

    private void tellDatabase(List<TopicFinding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        try {
            database.report(findings);
        } catch (RuntimeException away) {
            LOG.warn("Could not write down what became of topics: {}", away.getMessage());
        }
    }
}
