package dev.inferencestore.job.route;

import dev.inferencestore.domain.registration.ControlRecord;
import java.io.Serializable;
import java.util.List;

/** Where the registry is loaded from when a subtask starts. */
public interface RegistrySource extends Serializable {

    /** Every model that was ever registered, those unregistered since as deleted. */
    List<ControlRecord> load() throws Exception;
}
