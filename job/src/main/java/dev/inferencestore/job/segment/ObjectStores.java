package dev.inferencestore.job.segment;

import dev.inferencestore.storage.segment.ObjectStore;
import java.io.Serializable;

/** Opens the object store in a task. */
public interface ObjectStores extends Serializable {

    /**
     * Opens it.
     *
     * @param connections how many calls will run at once
     */
    ObjectStore open(int connections);
}
