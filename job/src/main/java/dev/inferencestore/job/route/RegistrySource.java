package dev.inferencestore.job.route;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.route.Admission;
import java.io.Serializable;
import java.util.List;

/** Where the registry is loaded from when a subtask starts, and whose events are stored by it. */
public interface RegistrySource extends Serializable {

    /**
     * Every model that was ever registered, those unregistered since as deleted.
     *
     * @param after only what has changed since this control version
     */
    List<ControlRecord> load(long after) throws Exception;

    /** Which events of registered models are stored; asked again after each load. */
    default Admission admission() throws Exception {
        return Admission.LIVE;
    }

    /** How often to load what has changed, where no control records come; zero for never. */
    default long refreshMillis() {
        return 0;
    }
}
