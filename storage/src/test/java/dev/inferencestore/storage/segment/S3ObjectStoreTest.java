package dev.inferencestore.storage.segment;

import dev.inferencestore.storage.Servers;

class S3ObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return S3ObjectStore.connect(Servers.bucket(), 4);
    }
}
