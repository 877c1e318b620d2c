package dev.inferencestore.api.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a stack trace says of what happened in the first place, in one line. */
final class RootCause {
    private static final String CAUSED_BY = "Caused by: ";
    private static final String SERVER_SIDE = "<Exception on server side:";
    private static final int LONGEST = 1000;

    /** The name of a class, its package apart, before what it says. */
    private static final Pattern NAMED = Pattern.compile("(?:[\\w$]+\\.)+([\\w$]+)(:.*)?");

    private RootCause() {}

    /** Of the last cause that a trace names, the class without its package, and its message, of several lines as well. */
    static String of(String trace) {
        int last = trace.lastIndexOf(CAUSED_BY);
        String rest = last >= 0 ? trace.substring(last + CAUSED_BY.length()) : afterMark(trace);
        String said = rest.strip()
                .lines()
                .map(String::strip)
                .takeWhile(line -> !line.startsWith("at ") && !line.startsWith("... "))
                .collect(Collectors.joining(" "));
        Matcher named = NAMED.matcher(said);
        String line = named.matches() ? named.group(1) + (named.group(2) == null ? "" : named.group(2)) : said;
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private static String afterMark(String trace) {
        int mark = trace.indexOf(SERVER_SIDE);
        return mark < 0 ? trace : trace.substring(mark + SERVER_SIDE.length());
    }
}
