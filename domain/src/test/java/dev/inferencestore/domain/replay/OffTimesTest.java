package dev.inferencestore.domain.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffTimesTest {
    private static final int DAY = 40;

    /** e: enabled, d: disabled, u: unregistered, r: registered anew; then the times, each with # where it is off. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            never switched                  | ''                  | ..........
            on since                        | e3                  | ..........
            off before it was ever on       | d3                  | ..........
            off, and not on again           | e2 d5               | .....#####
            off for a while                 | e2 d5 e7            | .....##...
            off twice                       | e1 d2 e4 d6 e9      | ..##..###.
            switched off twice              | e1 d2 d4 e6         | ..####....
            off and on at one moment        | e1 d5 e5            | ..........
            on and off at one moment        | e1 d3 e5 d5 e8      | ...#####..
            unregistered                    | e1 u4               | ....######
            unregistered, never on          | u4                  | ....######
            registered anew, not on yet     | e1 u4 r6            | ....##....
            registered anew, on later       | e1 u4 r6 e8         | ....##....
            off, unregistered, and anew     | e1 d2 u4 r6 e8      | ..####....
            off again after anew            | e1 u2 r4 d5 e6 d8   | ..##....##
            the clock was set back          | e1 d6 e4 d8         | ........##
            """)
    void offOnPurposeIsFromSwitchingOffAfterItWasOn(String what, String switches, String expected) {
        OffTimes times = OffTimes.of(switches("m", switches));

        assertThat(drawn(times, "m")).as(what).isEqualTo(expected);
        assertThat(drawn(times, "another")).isEqualTo("..........");
    }

    @Test
    void modelsAreApart() {
        List<StorageSwitch> both = new ArrayList<>(switches("a", "e1 d2"));
        both.addAll(switches("b", "e1 d5 e7"));

        OffTimes times = OffTimes.of(both);

        assertThat(drawn(times, "a")).isEqualTo("..########");
        assertThat(drawn(times, "b")).isEqualTo(".....##...");
    }

    @Test
    void longHistoriesAreLookedUpAsTheyWere() {
        Random random = new Random(7);
        List<StorageSwitch> switches = new ArrayList<>();
        boolean[] off = new boolean[DAY * 1000];
        boolean on = false;
        boolean ever = false;
        for (int at = 0; at < off.length; at++) {
            if (random.nextInt(20) == 0) {
                on = random.nextBoolean();
                ever |= on;
                switches.add(
                        new StorageSwitch("m", at, on ? StorageSwitch.Change.ENABLED : StorageSwitch.Change.DISABLED));
            }
            off[at] = ever && !on;
        }
        OffTimes times = OffTimes.of(switches);

        for (int at = 0; at < off.length; at++) {
            assertThat(times.isOff("m", at)).as("at %d", at).isEqualTo(off[at]);
        }
    }

    private static String drawn(OffTimes times, String modelId) {
        StringBuilder drawn = new StringBuilder();
        for (int at = 0; at < 10; at++) {
            drawn.append(times.isOff(modelId, at) ? '#' : '.');
        }
        return drawn.toString();
    }

    private static List<StorageSwitch> switches(String modelId, String text) {
        List<StorageSwitch> switches = new ArrayList<>();
        for (String part : text.isBlank() ? new String[0] : text.strip().split(" +")) {
            StorageSwitch.Change change =
                    switch (part.charAt(0)) {
                        case 'e' -> StorageSwitch.Change.ENABLED;
                        case 'd' -> StorageSwitch.Change.DISABLED;
                        case 'u' -> StorageSwitch.Change.UNREGISTERED;
                        default -> StorageSwitch.Change.REGISTERED_ANEW;
                    };
            switches.add(new StorageSwitch(modelId, Integer.parseInt(part.substring(1)), change));
        }
        return switches;
    }
}
