package dev.inferencestore.api.access;

import java.util.List;

/** Somebody of the identity provider, and their groups there. */
record OidcUser(String name, List<String> groups) {
    OidcUser {
        groups = List.copyOf(groups);
    }
}
