package dev.inferencestore.storage.registration;

/** Who registers a model, and what they may do. */
public interface Registrar {
    /** Who it is, for the audit log. */
    String actor();

    /** Whether they may register models in a project. */
    boolean mayRegister(String projectId);

    /** Whether they may register models in a project that has no claims. */
    boolean mayRegisterUnclaimed();

    /** Whether they may know what models a project has. */
    boolean maySee(String projectId);

    /** Somebody who may do everything. */
    static Registrar unrestricted(String actor) {
        return new Registrar() {
            @Override
            public String actor() {
                return actor;
            }

            @Override
            public boolean mayRegister(String projectId) {
                return true;
            }

            @Override
            public boolean mayRegisterUnclaimed() {
                return true;
            }

            @Override
            public boolean maySee(String projectId) {
                return true;
            }
        };
    }
}
