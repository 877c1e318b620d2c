package dev.inferencestore.benchmark.exactness;

/** How an event is written. */
enum Shape {
    /** A whole inference as JSON in binary mode, its input in base64. */
    BASE64,
    /** The same, its input as a JSON string. */
    TEXT,
    /** The same, its input as a JSON value. */
    JSON,
    /** A whole inference in the JSON envelope. */
    STRUCTURED,
    /** A half: the value is the input. */
    REQUEST,
    /** The other half: the value is the output. */
    RESPONSE,
    /** An event that cannot be stored. */
    MALFORMED
}
