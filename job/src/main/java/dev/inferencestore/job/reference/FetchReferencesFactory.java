package dev.inferencestore.job.reference;

import dev.inferencestore.job.route.Routed;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes {@link FetchReferences} in the task. */
public final class FetchReferencesFactory extends AbstractStreamOperatorFactory<Routed>
        implements OneInputStreamOperatorFactory<Routed, Routed> {
    private static final long serialVersionUID = 1L;

    private final ReferenceStores stores;
    private final FetchReferences.Limits limits;

    public FetchReferencesFactory(ReferenceStores stores, FetchReferences.Limits limits) {
        this.stores = stores;
        this.limits = limits;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature: the operator is of the type that getStreamOperatorClass says
    public <T extends StreamOperator<Routed>> T createStreamOperator(StreamOperatorParameters<Routed> parameters) {
        return (T) new FetchReferences(parameters, stores, limits);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return FetchReferences.class;
    }
}
