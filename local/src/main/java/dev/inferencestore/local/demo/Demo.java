package dev.inferencestore.local.demo;

import java.sql.SQLException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models, traffic, and a line a second that says what the store made of it. Every minute the storage of one model is
 * switched on or off, to see what that does.
 */
public final class Demo implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final int SECONDS_BETWEEN_SWITCHES = 60;

    private final ModelApi models;
    private final Traffic traffic;
    private final SentCount sent;
    private final FiguresReader figures;
    private final boolean job;
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(2, work -> new Thread(work, "demo"));
    private boolean nightStored = DemoModel.NIGHT.stored();
    private volatile String news = "";

    private Demo(ModelApi models, Traffic traffic, SentCount sent, FiguresReader figures, boolean job) {
        this.models = models;
        this.traffic = traffic;
        this.sent = sent;
        this.figures = figures;
        this.job = job;
    }

    /**
     * Registers the models and begins to send.
     *
     * @param api URL of the HTTP API
     * @param kafka bootstrap servers
     * @param topic where events go
     * @param jdbcUrl database of the store
     * @param job whether a job runs, so that waiting for it makes sense
     */
    public static Demo start(String api, String kafka, String topic, String jdbcUrl, boolean job) {
        ModelApi models = new ModelApi(api);
        models.registerAll(job);
        Demo demo = new Demo(
                models, Traffic.start(kafka, topic), new SentCount(kafka, topic), new FiguresReader(jdbcUrl), job);
        var unusedLines = demo.clock.scheduleAtFixedRate(demo::say, 1, 1, TimeUnit.SECONDS);
        var unusedSwitches = demo.clock.scheduleAtFixedRate(
                demo::switchNight, SECONDS_BETWEEN_SWITCHES, SECONDS_BETWEEN_SWITCHES, TimeUnit.SECONDS);
        return demo;
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        clock.shutdownNow();
        traffic.close();
        if (!clock.awaitTermination(2, TimeUnit.SECONDS)) {
            LOG.warn("the demo is still reading its figures");
        }
        sent.close();
        figures.close();
    }

    private void say() {
        try {
            String saidNow = news;
            System.out.println(
                    StatusLine.of(LocalTime.now(ZoneId.systemDefault()), sent.read(), figures.read(), saidNow));
            news = "";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (SQLException | ExecutionException | RuntimeException failure) {
            LOG.warn("the demo cannot read its figures", failure);
        }
    }

    private void switchNight() {
        try {
            boolean on = !nightStored;
            long before = System.nanoTime();
            models.switchStorage(DemoModel.NIGHT, on, job);
            nightStored = on;
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            news = "storage of " + DemoModel.NIGHT.id() + (on ? " enabled" : " disabled")
                    + (job ? ", in effect after " + millis + " ms" : "");
        } catch (RuntimeException failure) {
            LOG.warn("the demo cannot switch storage", failure);
        }
    }
}
