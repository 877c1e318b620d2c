package dev.inferencestore.storage.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.Event;
import dev.inferencestore.storage.retention.RetentionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A response belongs to the latest request of its id at or before it, however they came and however late. */
class HalvesTest extends ReadTests {

    @Test
    void halvesAreOneInferenceHoweverFarApart() throws Exception {
        stored(
                "far",
                Event.request("near", at(0)).metadata("{\"camera\":\"north\"}"),
                Event.response("near", at(0).plusNanos(1000)).action("said"),
                Event.request("far", at(1)),
                Event.response("far", at(1).plus(Duration.ofHours(9))),
                Event.request("alone", at(2)),
                Event.response("lone", at(3)),
                Event.at("whole", at(4)));

        List<StoredInference> found = list("far", all(3));

        assertThat(found)
                .extracting(
                        each -> each.place().inferenceId() + " " + each.part().text())
                .containsExactly("near both", "far both", "alone request", "lone response", "whole both");
        assertThat(found.get(0).second().place().createdAt()
                        - found.get(0).place().createdAt())
                .isEqualTo(1);
        assertThat(found.get(0).first().metadata()).isEqualTo("{\"camera\": \"north\"}");
        assertThat(found.get(0).answer()).isSameAs(found.get(0).second());
        assertThat(ids("far", query(InferenceFilter.ALL, Part.BOTH, false, 2))).containsExactly("near", "far", "whole");
        assertThat(ids("far", query(InferenceFilter.ALL, Part.RESPONSE, true, 2)))
                .containsExactly("lone");
        assertThat(ids("far", query(InferenceFilter.ALL, Part.REQUEST, true, 2)))
                .containsExactly("alone");
        assertThat(count("far", InferenceFilter.ALL)).isEqualTo(5);
    }

    @Test
    void anIdThatRepeatsIsAnInferenceEachTime() throws Exception {
        stored(
                "again",
                Event.request("1", at(0)),
                Event.response("1", at(0)),
                Event.response("1", at(1)),
                Event.request("1", at(2)),
                Event.request("1", at(3)),
                Event.response("1", at(4)),
                Event.at("1", at(5)),
                Event.response("1", at(6)));

        assertThat(list("again", all(100)))
                .extracting(each -> minute(each.first()) + "-" + (each.second() == null ? "" : minute(each.second())))
                .containsExactly("0-0", "2-", "3-4", "5-");
        assertThat(minute(inferences.read("again", "1", null).first())).isEqualTo(5);
        assertThat(minute(inferences.read("again", "1", micros(4)).first())).isEqualTo(3);
        assertThat(minute(inferences.read("again", "1", micros(1)).first())).isZero();
        assertThatThrownBy(() -> inferences.read("again", "1", micros(7))).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> inferences.read("again", "2", null))
                .isInstanceOf(NotFound.class)
                .hasMessage("model 'again' has no inference '2'");
        assertThatThrownBy(() -> inferences.page("never", all(1), Budget.ofOneCall()))
                .isInstanceOf(NotFound.class);
    }

    @Test
    void randomHalvesInPagesOfAnySizeEitherWay() throws Exception {
        Random random = new Random(20261122);
        for (int round = 0; round < 3; round++) {
            String model = "random-" + round;
            List<Event> events = new ArrayList<>();
            TreeMap<String, Event> keys = new TreeMap<>();
            for (int i = 0; i < 120; i++) {
                String id = "id-" + random.nextInt(25);
                var time = at(random.nextInt(6) * 90).plusNanos(random.nextInt(40) * 1000L);
                Event event =
                        switch (random.nextInt(5)) {
                            case 0, 1 -> Event.request(id, time);
                            case 2, 3 -> Event.response(id, time);
                            default -> Event.at(id, time);
                        };
                if (keys.putIfAbsent(key(event), event) == null) {
                    events.add(event);
                }
            }
            stored(model, events.toArray(Event[]::new));
            List<String> expected = expected(keys);

            for (int limit : new int[] {1, 7, 1000}) {
                List<String> up = shown(list(model, all(limit)));
                List<String> down = shown(list(model, query(InferenceFilter.ALL, null, true, limit)));
                assertThat(up).as("round %d, pages of %d", round, limit).isEqualTo(expected);
                assertThat(down.stream().sorted().toList())
                        .isEqualTo(expected.stream().sorted().toList());
                assertThat(down).isEqualTo(reversed(expected));
            }
            assertThat(count(model, InferenceFilter.ALL)).isEqualTo(expected.size());
        }
    }

    /** By the rule, said in another way than the statements do: forward through time, with an open request an id. */
    private static List<String> expected(Map<String, Event> keys) {
        TreeMap<String, String> open = new TreeMap<>();
        TreeMap<String, String> items = new TreeMap<>();
        keys.forEach((key, event) -> {
            if (event.part() != Part.RESPONSE) {
                open.put(event.id(), key);
                items.put(key, key);
            } else if (!open.containsKey(event.id())) {
                items.put(key, key);
            } else {
                String request = open.get(event.id());
                if (request.endsWith("request") && items.get(request).equals(request)) {
                    items.put(request, request + " + " + key);
                }
            }
        });
        return List.copyOf(items.values());
    }

    private static List<String> shown(List<StoredInference> found) {
        return found.stream()
                .map(each -> key(each.first().place())
                        + (each.second() == null
                                ? ""
                                : " + " + key(each.second().place())))
                .toList();
    }

    private static String key(Event event) {
        return key(new Place(RetentionStore.micros(event.time()), event.id(), event.part()));
    }

    private static String key(Place place) {
        return place.createdAt() + " " + place.inferenceId() + " "
                + place.part().text();
    }

    private static List<String> reversed(List<String> list) {
        List<String> reversed = new ArrayList<>(list);
        java.util.Collections.reverse(reversed);
        return reversed;
    }

    private long minute(StoredHalf half) {
        return (half.place().createdAt() - micros(0)) / 60_000_000;
    }

    private long micros(int minute) {
        return at(minute).getEpochSecond() * 1_000_000;
    }
}
