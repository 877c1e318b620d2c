package dev.inferencestore.api.registration;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.storage.registration.Registrar;
import io.javalin.http.Context;

/** The caller as somebody who registers a model. */
record CallingRegistrar(Context call) implements Registrar {
    @Override
    public String actor() {
        return Caller.of(call);
    }

    @Override
    public boolean mayRegister(String projectId) {
        return Caller.may(call, Role.WRITER, projectId);
    }

    @Override
    public boolean mayRegisterUnclaimed() {
        return Caller.mayEverywhere(call, Role.ADMIN);
    }

    @Override
    public boolean maySee(String projectId) {
        return Caller.may(call, Role.READER, projectId);
    }
}
