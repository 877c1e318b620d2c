package dev.inferencestore.job;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.retention.Armed;
import dev.inferencestore.job.retention.Plan;
import dev.inferencestore.job.retention.Wake;
import dev.inferencestore.job.route.RouteReport;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.storage.record.StoredBatch;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                RawEvent.class,
                ControlRecord.class,
                Routed.class,
                StoredBatch.class,
                DeadLetter.class,
                RouteReport.class,
                Plan.class,
                Armed.class,
                Wake.class,
                Total.class
            })
    void whatCrossesAnOperatorIsSerializedWithoutKryo(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }
}
