package dev.inferencestore.job.reference;

import dev.inferencestore.storage.reference.References;
import java.io.Serializable;

/** Opens in a task what fetches references. */
public interface ReferenceStores extends Serializable {

    /**
     * Opens it.
     *
     * @param connections how many calls will run at once
     */
    References open(int connections);
}
