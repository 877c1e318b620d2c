package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.topic.TopicState;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class TopicLookTest {
    private static final Node LEADER = new Node(1, "host", 9092);

    @Test
    void everyFailureHasItsState() {
        assertThat(state(new UnknownTopicOrPartitionException("?"))).isEqualTo(TopicState.MISSING);
        assertThat(state(new InvalidTopicException("?"))).isEqualTo(TopicState.MISSING);
        assertThat(state(new TopicAuthorizationException("?"))).isEqualTo(TopicState.FORBIDDEN);
        assertThat(state(new ClusterAuthorizationException("?"))).isEqualTo(TopicState.FORBIDDEN);
        assertThat(state(new TimeoutException("?"))).isEqualTo(TopicState.UNKNOWN);
        assertThat(state(new SaslAuthenticationException("?"))).isEqualTo(TopicState.UNKNOWN);
        assertThat(TopicLook.of(new TimeoutException("no node")).detail()).isEqualTo("Kafka did not say: no node");
    }

    @Test
    void aTopicIsReadableWhereReadingIsAllowedOrNobodySaysWhatIs() {
        assertThat(TopicLook.of(topic(null)).readable()).isTrue();
        assertThat(TopicLook.of(topic(Set.of(AclOperation.READ, AclOperation.DESCRIBE)))
                        .readable())
                .isTrue();
        assertThat(TopicLook.of(topic(Set.of(AclOperation.DESCRIBE))).state()).isEqualTo(TopicState.FORBIDDEN);
        assertThat(TopicLook.of(topic(Set.of())).state()).isEqualTo(TopicState.FORBIDDEN);
    }

    @Test
    void partitionsWithoutALeaderAreTold() {
        TopicLook.Finding finding = TopicLook.of(topic(null));

        assertThat(finding.partitions()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(finding.leaderless()).containsExactlyInAnyOrder(1, 2);
        assertThat(finding.id()).isEqualTo(Uuid.ONE_UUID.toString());
    }

    private static TopicState state(Throwable failure) {
        return TopicLook.of(failure).state();
    }

    private static TopicDescription topic(Set<AclOperation> allowed) {
        return new TopicDescription(
                "topic",
                false,
                List.of(partition(0, LEADER), partition(1, null), partition(2, Node.noNode())),
                allowed,
                Uuid.ONE_UUID);
    }

    private static TopicPartitionInfo partition(int number, Node leader) {
        return new TopicPartitionInfo(number, leader, List.of(LEADER), List.of(LEADER));
    }
}
