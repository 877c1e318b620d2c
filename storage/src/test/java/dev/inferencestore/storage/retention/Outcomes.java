package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Compares what is there after two actions met with what is there when one comes after the other. */
final class Outcomes {
    private Outcomes() {}

    static void check(
            Interleaving each, Map<String, String> end, Map<String, String> heldFirst, Map<String, String> otherFirst) {
        switch (each.outcome()) {
            case HELD_FIRST -> assertThat(end).isEqualTo(heldFirst);
            case ONE_ORDER -> {
                if (!end.equals(heldFirst)) {
                    assertThat(end).isEqualTo(otherFirst);
                }
            }
            case BY_CLAIM -> assertThat(between(end, heldFirst, otherFirst)).isEmpty();
        }
    }

    /** What is as in neither order. A run takes inputs before records: what it was kept from has no input then. */
    private static List<String> between(Map<String, String> end, Map<String, String> one, Map<String, String> two) {
        List<String> neither = new ArrayList<>();
        Set<String> names = new TreeSet<>(end.keySet());
        names.addAll(one.keySet());
        names.addAll(two.keySet());
        for (String name : names) {
            String is = end.get(name);
            boolean asOne = Objects.equals(is, one.get(name)) || Objects.equals(is, two.get(name));
            boolean lostItsInput = is != null
                    && (one.get(name) == null || two.get(name) == null)
                    && (is.equals(withoutInput(one.get(name))) || is.equals(withoutInput(two.get(name))));
            if (!asOne && !lostItsInput) {
                neither.add(name + " is '" + is + "', in order '" + one.get(name) + "' or '" + two.get(name) + "'");
            }
        }
        return neither;
    }

    private static String withoutInput(String standing) {
        return standing == null
                ? null
                : standing.replaceAll("available|held", "expired").replace("1 inputs", "0 inputs");
    }
}
