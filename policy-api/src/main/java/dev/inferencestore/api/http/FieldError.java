package dev.inferencestore.api.http;

/**
 * One rule that a request breaks.
 *
 * @param field path of the field in the body, or the name of a parameter
 * @param rule what must hold, to be read after the field's name
 */
public record FieldError(String field, String rule) {}
