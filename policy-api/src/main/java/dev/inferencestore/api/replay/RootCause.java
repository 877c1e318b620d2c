package dev.inferencestore.api.replay;

/** The line of a stack trace that says what happened in the first place. */
final class RootCause {
    private static final String CAUSED_BY = "Caused by: ";
    private static final String SERVER_SIDE = "<Exception on server side:";
    private static final int LONGEST = 500;

    private RootCause() {}

    /** The message of the last cause that a trace names, without the name of its class where it has a message. */
    static String of(String trace) {
        int last = trace.lastIndexOf(CAUSED_BY);
        String rest = last >= 0 ? trace.substring(last + CAUSED_BY.length()) : afterMark(trace);
        String line = rest.strip().lines().findFirst().orElse("").strip();
        String said = withoutClass(line);
        return said.length() <= LONGEST ? said : said.substring(0, LONGEST) + "…";
    }

    private static String afterMark(String trace) {
        int mark = trace.indexOf(SERVER_SIDE);
        return mark < 0 ? trace : trace.substring(mark + SERVER_SIDE.length());
    }

    private static String withoutClass(String line) {
        int colon = line.indexOf(": ");
        boolean named = colon > 0 && line.substring(0, colon).matches("[\\w.$]+(Exception|Error|Invalid\\w*)");
        return named && !line.substring(colon + 2).isBlank() ? line.substring(colon + 2) : line;
    }
}
