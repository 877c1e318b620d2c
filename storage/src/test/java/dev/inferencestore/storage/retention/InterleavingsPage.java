package dev.inferencestore.storage.retention;

/** {@code docs/interleavings.md}, written from the list that the tests are made of. */
final class InterleavingsPage {
    private static final String HEAD = """
            # Interleavings

            What can meet on one model, and what becomes of it. One action is held open at the end of one of its transactions, with
            all that it has written and locked; meanwhile another runs until it has ended, or waits; then both end, and the job works
            off what there is. Each line is a test of `InterleavingsTest`, which goes by the name in its last column. Written by the
            build from the list that the tests are made of; to refresh it after a change:
            `mvn -pl storage -am test -Dtest=InterleavingsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dinterleavings.write=true`.

            In every one of them: each row's input reads back by its hash, or is not named; what a hold keeps is there; no byte of
            what was erased or removed is in any object; objects, segments and rows name each other; sums by hour are those of the
            rows; nothing is left claimed, marked or waiting; nothing deadlocks; nobody waits for longer than the other one stands.
            Two visits of the job do not meet: a model has one lease. Where the job holds no lock of the floors, only those meet it that
            may touch what it has written.

            *Data*: records go below one time and inputs below a later one; an inference that is held, one with an output in an
            object, one kept aside, one of several halves, segments that straddle each of the times. An insert brings rows that
            are new, late, other halves, and copies of rows that are there. The two orders are run on models of their own.
            """;

    private InterleavingsPage() {}

    static String written() {
        StringBuilder page = new StringBuilder(HEAD);
        Action section = null;
        for (Interleaving each : Interleavings.all()) {
            if (each.held() != section) {
                section = each.held();
                page.append("\n## Held open: ").append(section.text()).append("\n\n");
                page.append("| at | meanwhile | what decides | outcome | test |\n|---|---|---|---|---|\n");
            }
            page.append("| %s | %s | %s | %s | `%s` |\n"
                    .formatted(
                            each.stop().text(),
                            each.other().text(),
                            each.decides().text(),
                            each.outcome().text(),
                            each.test()));
        }
        return page.toString();
    }
}
