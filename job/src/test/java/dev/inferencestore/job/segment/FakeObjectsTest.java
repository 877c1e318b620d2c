package dev.inferencestore.job.segment;

import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreContract;

class FakeObjectsTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return new FakeObjects();
    }
}
