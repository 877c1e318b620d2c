package dev.inferencestore.storage.registration;

/**
 * What a call did: the model as it is now.
 *
 * @param created it was not registered before
 * @param changed it has a new version; false when the call asked for what was so already
 */
public record ModelChange(Model model, boolean created, boolean changed) {}
