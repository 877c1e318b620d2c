/** The calls about models: register, switch storage, list, and why nothing is stored. */
@NullMarked
package dev.inferencestore.api.registration;

import org.jspecify.annotations.NullMarked;
