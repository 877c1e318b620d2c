package dev.inferencestore.domain.registration;

/** The form of a model id: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,127}}. */
public final class ModelIds {
    /** Said in every error about one. */
    public static final String RULE = "1 to 128 of A-Z a-z 0-9 . _ - and the first one a letter or a digit";

    private static final int LONGEST = 128;

    private ModelIds() {}

    /** Whether a text is a model id. Runs for every event, so without a regular expression. */
    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > LONGEST || !isLetterOrDigit(id.charAt(0))) {
            return false;
        }
        for (int i = 1; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
