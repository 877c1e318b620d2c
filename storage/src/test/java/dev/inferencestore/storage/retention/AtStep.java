package dev.inferencestore.storage.retention;

import java.util.ArrayList;
import java.util.List;

/** Does something when a run passes a step for the nth time, once; notes what it hears. */
final class AtStep implements RunListener {
    /** The process is gone, as far as this test is concerned. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final Step step;
    private final Runnable what;
    private int left;
    final List<Task> ended = new ArrayList<>();

    AtStep(Step step, int nth, Runnable what) {
        this.step = step;
        this.left = nth;
        this.what = what;
    }

    static AtStep dies(Step step, int nth) {
        return new AtStep(step, nth, () -> {
            throw new Death();
        });
    }

    boolean happened() {
        return left <= 0;
    }

    @Override
    public void passed(Step passed, String modelId) {
        if (passed == step && --left == 0) {
            what.run();
        }
    }

    @Override
    public void ended(Task task) {
        ended.add(task);
    }
}
