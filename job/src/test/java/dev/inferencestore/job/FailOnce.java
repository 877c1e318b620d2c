package dev.inferencestore.job;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes one attempt to write rows fail, as nothing does that is tried again at once. */
record FailOnce(Store store) {

    /** One attempt to store inferences. */
    static FailOnce of(Store store) throws SQLException {
        return on(store, "AFTER INSERT ON inferences EXECUTE");
    }

    /** One attempt to say that a subtask of a replay has finished. */
    static FailOnce ofFinishing(Store store) throws SQLException {
        return on(store, "AFTER INSERT OR UPDATE ON replay_progress FOR EACH ROW WHEN (NEW.finished) EXECUTE");
    }

    private static FailOnce on(Store store, String what) throws SQLException {
        FailOnce failure = new FailOnce(store);
        failure.run("CREATE SEQUENCE failures");
        failure.run("CREATE TABLE fail_now (now boolean)");
        failure.run("""
                CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF EXISTS (SELECT FROM fail_now) AND nextval('failures') = 1 THEN RAISE 'failed once'; END IF;
                    RETURN NULL; END $$""");
        failure.run("CREATE TRIGGER fail_once " + what + " FUNCTION fail_once()");
        return failure;
    }

    /** The next one fails. */
    void now() throws SQLException {
        run("INSERT INTO fail_now VALUES (true)");
    }

    boolean hasHappened() throws SQLException {
        return store.number("SELECT is_called::int FROM failures") == 1;
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = store.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
