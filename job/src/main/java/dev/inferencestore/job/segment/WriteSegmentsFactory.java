package dev.inferencestore.job.segment;

import dev.inferencestore.job.route.Routed;
import dev.inferencestore.storage.record.StoredBatch;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes {@link WriteSegments} in the task. */
public final class WriteSegmentsFactory extends AbstractStreamOperatorFactory<StoredBatch>
        implements OneInputStreamOperatorFactory<Routed, StoredBatch> {
    private static final long serialVersionUID = 1L;

    private final ObjectStores stores;
    private final WriteSegments.Limits limits;

    public WriteSegmentsFactory(ObjectStores stores, WriteSegments.Limits limits) {
        this.stores = stores;
        this.limits = limits;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature: the operator is of the type that getStreamOperatorClass says
    public <T extends StreamOperator<StoredBatch>> T createStreamOperator(
            StreamOperatorParameters<StoredBatch> parameters) {
        return (T) new WriteSegments(parameters, stores, limits);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return WriteSegments.class;
    }
}
