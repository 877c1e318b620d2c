package dev.inferencestore.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a trial found: figures, and for each thing that must hold whether it does. Not safe for use by several threads. */
public final class Report {
    private final PrintStream out;
    private final List<String> failed = new ArrayList<>();
    private int passed;

    public Report(PrintStream out) {
        this.out = out;
    }

    /** Something worth knowing that nothing depends on. */
    public void line(String text) {
        out.println(text);
    }

    /** Two things that must be the same. */
    public void equal(String what, Object expected, Object found) {
        boolean same = Objects.equals(expected, found);
        count(what, same, same ? String.valueOf(found) : "expected " + expected + ", found " + found);
    }

    /** Something that must not have happened; says which, up to twenty of them. */
    public void none(String what, long count, List<String> examples) {
        count(what, count == 0, String.valueOf(count));
        examples.stream().limit(20).forEach(example -> out.println("       " + example));
    }

    public boolean holds() {
        return failed.isEmpty();
    }

    /** Says how it ended; 0 where all holds. */
    int end() {
        if (passed + failed.size() > 0) {
            out.println(
                    holds()
                            ? "PASS: all " + passed + " checks"
                            : "FAIL: " + failed.size() + " of " + (passed + failed.size()) + " checks: "
                                    + String.join("; ", failed));
        }
        return holds() ? 0 : 1;
    }

    private void count(String what, boolean holds, String figures) {
        out.println((holds ? "PASS " : "FAIL ") + what + ": " + figures);
        if (holds) {
            passed++;
        } else {
            failed.add(what);
        }
    }
}
