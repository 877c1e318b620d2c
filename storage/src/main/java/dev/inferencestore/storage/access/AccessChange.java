package dev.inferencestore.storage.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.registration.ControlLog;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What every change of access does in its own transaction: the lock first, then a version that others notice. */
final class AccessChange {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AccessChange() {}

    /** Waits for every change before this one. */
    static void begin(Handle handle) {
        ControlLog.lock(handle);
    }

    /** Lets every process of the API know. */
    static void done(Handle handle) {
        handle.createUpdate(AccessSql.SET_VERSION)
                .bind("version", ControlLog.draw(handle))
                .execute();
    }

    /** Roles as the audit log has them. */
    static String image(String whose, String name, Collection<String> roles) {
        ObjectNode image = JSON.createObjectNode().put(whose, name);
        List.copyOf(roles).forEach(image.putArray("roles")::add);
        return image.toString();
    }
}
