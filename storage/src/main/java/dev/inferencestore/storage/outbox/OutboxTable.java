package dev.inferencestore.storage.outbox;

/**
 * The statements over one outbox.
 *
 * @param listen begins to notice, in this session, that something is committed
 * @param tryLock tries to become the one relay: true or false; the lock ends with the session
 * @param next id, model and message of the oldest entries in their order, at most as many as its parameter says
 * @param clear forgets the entries whose ids are its parameter
 * @param backlog {@code depth} and {@code oldest_seconds} of what waits
 */
public record OutboxTable(String listen, String tryLock, String next, String clear, String backlog) {}
