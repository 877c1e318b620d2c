package dev.inferencestore.storage.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/** Connections that are used again, for tests whose actions are short: a new one takes longer than they do. */
final class Reused {
    private final DataSource database;
    private final Deque<Connection> idle = new ArrayDeque<>();

    Reused(DataSource database) {
        this.database = database;
    }

    DataSource source() {
        return proxy(DataSource.class, database, "getConnection", this::take);
    }

    private Connection take() throws SQLException {
        Connection connection;
        synchronized (idle) {
            connection = idle.poll();
        }
        Connection used = connection == null ? database.getConnection() : connection;
        return proxy(Connection.class, used, "close", () -> {
            giveBack(used);
            return null;
        });
    }

    private void giveBack(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        synchronized (idle) {
            idle.push(connection);
        }
    }

    private interface Instead {
        Object answer() throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T target, String method, Instead instead) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, given) -> {
            if (called.getName().equals(method)) {
                return instead.answer();
            }
            try {
                return called.invoke(target, given);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }));
    }
}
