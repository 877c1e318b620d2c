/** Where an event goes, decided without reading anything but the registry and the event. */
@NullMarked
package dev.inferencestore.domain.route;

import org.jspecify.annotations.NullMarked;
