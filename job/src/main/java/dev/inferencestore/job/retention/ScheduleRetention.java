package dev.inferencestore.job.retention;

import dev.inferencestore.domain.registration.ControlRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * One processing-time timer for each model with automated runs. It only says that a model's time has come; what is due
 * is asked of PostgreSQL by whoever hears it, so a timer that is early, late, doubled or armed by an old policy can cost
 * a look and never removes anything.
 *
 * <p>Keyed state: four numbers a model, nothing about data. Plans come keyed, to arm the timer, from the control topic and
 * from the reconcile source, which knows what the topic may have lost; control records also come by broadcast and are
 * read when the timer fires. The highest version wins, in any order. Overdue timers fire once after a restart, however
 * many intervals were missed.
 */
public final class ScheduleRetention extends KeyedBroadcastProcessFunction<String, Plan, ControlRecord, Wake> {
    /** The schedules of models that have one. */
    public static final MapStateDescriptor<String, Plan> PLANS =
            new MapStateDescriptor<>("plans", Types.STRING, TypeInformation.of(Plan.class));

    private static final long serialVersionUID = 1L;
    private static final ValueStateDescriptor<Armed> ARMED =
            new ValueStateDescriptor<>("armed", TypeInformation.of(Armed.class));

    private transient ValueState<Armed> armed;

    @Override
    public void open(OpenContext context) {
        armed = getRuntimeContext().getState(ARMED);
    }

    @Override
    public void processElement(Plan plan, ReadOnlyContext context, Collector<Wake> out) throws Exception {
        Armed before = armed.value();
        boolean isNew = before == null || plan.version() > before.version();
        if (isNew) {
            disarm(before, context);
            arm(plan, context);
        }
        if (plan.due() || plan.waits() || (isNew && plan.runs())) {
            out.collect(new Wake(plan.modelId(), plan.waits()));
        }
    }

    @Override
    public void processBroadcastElement(ControlRecord record, Context context, Collector<Wake> out) throws Exception {
        BroadcastState<String, Plan> plans = context.getBroadcastState(PLANS);
        Plan plan = Plan.of(record);
        Plan known = plans.get(record.modelId());
        if (known != null && known.version() >= plan.version()) {
            return;
        }
        if (plan.runs()) {
            plans.put(plan.modelId(), plan);
        } else {
            plans.remove(plan.modelId());
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Wake> out) throws Exception {
        Armed before = armed.value();
        if (before == null || before.interval() == 0) {
            return;
        }
        Plan newest = newest(
                context.getCurrentKey(),
                before,
                context.getBroadcastState(PLANS).get(context.getCurrentKey()));
        out.collect(new Wake(newest.modelId(), false));
        arm(newest, context);
    }

    /** By what the model's timer is armed again: what was broadcast may be newer than what came keyed. */
    private static Plan newest(String modelId, Armed armed, @Nullable Plan broadcast) {
        return broadcast != null && broadcast.version() > armed.version()
                ? broadcast
                : new Plan(modelId, armed.version(), armed.generation(), armed.next(), armed.interval(), false, false);
    }

    private void arm(Plan plan, ReadOnlyContext context) throws Exception {
        long next = plan.runs() ? plan.nextAfter(context.timerService().currentProcessingTime()) : 0;
        armed.update(new Armed(plan.version(), plan.generation(), plan.interval(), next));
        if (plan.runs()) {
            context.timerService().registerProcessingTimeTimer(next);
        }
    }

    private static void disarm(@Nullable Armed before, ReadOnlyContext context) {
        if (before != null && before.interval() > 0) {
            context.timerService().deleteProcessingTimeTimer(before.next());
        }
    }
}
