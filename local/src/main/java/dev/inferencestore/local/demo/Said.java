package dev.inferencestore.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** What a model saw and said. */
record Said(
        String model,
        String id,
        Instant at,
        String action,
        String contentType,
        byte[] input,
        ObjectNode output,
        ObjectNode metadata) {}
