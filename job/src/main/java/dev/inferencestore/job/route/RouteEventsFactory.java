package dev.inferencestore.job.route;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes {@link RouteEvents} in the task. */
public final class RouteEventsFactory extends AbstractStreamOperatorFactory<Routed>
        implements TwoInputStreamOperatorFactory<RawEvent, ControlRecord, Routed> {
    private static final long serialVersionUID = 1L;

    private final RegistrySource source;
    private final RouteEvents.Limits limits;

    public RouteEventsFactory(RegistrySource source, RouteEvents.Limits limits) {
        this.source = source;
        this.limits = limits;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // Flink's signature: the operator is of the type that getStreamOperatorClass says
    public <T extends StreamOperator<Routed>> T createStreamOperator(StreamOperatorParameters<Routed> parameters) {
        return (T) new RouteEvents(parameters, source, limits);
    }

    @Override
    @SuppressWarnings("rawtypes") // Flink's signature
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return RouteEvents.class;
    }
}
