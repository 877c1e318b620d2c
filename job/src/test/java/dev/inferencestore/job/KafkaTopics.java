package dev.inferencestore.job;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Topics on the real broker of these tests, and who may do what with them. */
public final class KafkaTopics implements AutoCloseable {
    private static final String US = "User:ANONYMOUS";

    public final Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()));

    /** A name that nobody has. */
    public static String name() {
        return "topic-" + UUID.randomUUID().toString().substring(0, 8);
    }

    public String created(int partitions) throws Exception {
        return created(name(), partitions);
    }

    public String created(String topic, int partitions) throws Exception {
        return created(topic, partitions, Map.of());
    }

    /** A topic of one partition that takes records of so many bytes. */
    public String createdFor(int mostBytes) throws Exception {
        return created(name(), 1, Map.of("max.message.bytes", String.valueOf(mostBytes)));
    }

    private String created(String topic, int partitions, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                .all()
                .get();
        return topic;
    }

    /** Deletes a topic, and waits until it is gone. */
    public void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
        Store.await("topic to be gone", () -> {
            try {
                admin.describeTopics(List.of(topic)).allTopicNames().get();
                return false;
            } catch (ExecutionException gone) {
                return gone.getCause() instanceof UnknownTopicOrPartitionException;
            }
        });
    }

    /** From now on only this may be done with a topic, by us, who are the only user. */
    public void allowOnly(String topic, AclOperation... operations) throws Exception {
        for (AclOperation operation : operations) {
            admin.createAcls(List.of(allowing(topic, operation))).all().get();
        }
    }

    /** Takes back what {@link #allowOnly} did. */
    public void allowAll(String topic, AclOperation... operations) throws Exception {
        for (AclOperation operation : operations) {
            admin.deleteAcls(List.of(allowing(topic, operation).toFilter()))
                    .all()
                    .get();
        }
    }

    private static AclBinding allowing(String topic, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(US, "*", operation, AclPermissionType.ALLOW));
    }

    @Override
    public void close() {
        admin.close();
    }
}
