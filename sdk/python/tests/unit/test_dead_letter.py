from __future__ import annotations

import datetime as dt
import unittest
from typing import Any

from inference_store import dead_letter, errors, models

from .stub import Answer, StubServer

LETTER = {
    "id": "0-17", "at": "2026-11-22T12:00:00.123Z", "reason": "json_invalid", "sentence": "the body is not JSON in UTF-8",
    "detail": "line 1", "model_id": "m", "event_id": "e", "event_type": None, "event_source": None, "topic": "t", "partition": 3,
    "offset": 4711, "timestamp": "2026-11-22T11:59:59Z", "size": 1204, "cut": False,
    "replayed": {"at": "2026-11-22T13:00:00Z", "by": "user:a", "bytes_from": "letter", "times": 2},
}


def answer(next_cursor: Any = None, **counts: Any) -> Answer:
    return Answer({"dry_run": False, "matched": 0, "replayed": 0, "skipped": 0, "cannot": [], "scanned_until": None, **counts,
                   "next_cursor": next_cursor})


class Looking(unittest.TestCase):
    def test_all_pages_are_read_also_past_empty_ones(self) -> None:
        pages = [
            {"items": [LETTER], "next_cursor": "1", "scanned_until": "2026-11-22T12:00:00Z"},
            {"items": [], "next_cursor": "2", "scanned_until": None},
            {"items": [{**LETTER, "id": "0-3", "replayed": None}], "next_cursor": None, "scanned_until": None},
        ]
        with StubServer(*map(Answer, pages)) as server:
            window = models.TimeWindowFilter(start=dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc))
            request = models.DeadLetterFilter(reason="json_invalid", model_id="m", topic="t", time_window_filter=window)
            first, second = dead_letter.filter_dead_letters(request_body=request, client=server.client())
            self.assertEqual((first.id, first.offset, first.headers), ("0-17", 4711, []))
            self.assertEqual(first.timestamp, dt.datetime(2026, 11, 22, 11, 59, 59, tzinfo=dt.timezone.utc))
            self.assertEqual(first.replayed and first.replayed.times, 2)
            self.assertIsNone(second.replayed)
            self.assertEqual([asked.query.get("cursor") for asked in server.asked], [None, "1", "2"])
            self.assertEqual({asked.path for asked in server.asked}, {"/api/v1/dead-letters"})
            for asked in server.asked:
                self.assertEqual((asked.query["reason"], asked.query["model_id"], asked.query["topic"]), ("json_invalid", "m", "t"))
                self.assertEqual(asked.query["start"], "2026-11-22T00:00:00.000000Z")

    def test_no_more_is_read_than_was_asked_for(self) -> None:
        with StubServer(Answer({"items": [LETTER] * 5, "next_cursor": "1"})) as server:
            self.assertEqual(len(dead_letter.filter_dead_letters(limit=5, client=server.client())), 5)
            self.assertEqual([asked.query["limit"] for asked in server.asked], ["5"])

    def test_one_has_headers(self) -> None:
        shown = {**LETTER, "key": {"name": "key", "value": "k", "size": 1}, "headers": [{"name": "ce_id", "value": None, "size": 0}]}
        with StubServer(Answer(shown)) as server:
            found = dead_letter.get_dead_letter(dead_letter_id="0-17", client=server.client())
            self.assertEqual((found.key and found.key.value, found.headers[0].name), ("k", "ce_id"))
            self.assertEqual(server.asked[0].path, "/api/v1/dead-letters/0-17")

    def test_bytes_come_whole_or_not_at_all(self) -> None:
        with StubServer(Answer(b"\x00\xff{")) as server:
            self.assertEqual(dead_letter.download_dead_letter(dead_letter_id="0-17", client=server.client()), b"\x00\xff{")
            self.assertEqual(server.asked[0].path, "/api/v1/dead-letters/0-17/value")
        with StubServer(Answer(b"x" * 1000, cut=10)) as server, self.assertRaises(errors.ConnectionFailed):
            dead_letter.download_dead_letter(dead_letter_id="0-17", client=server.client(retries=0))

    def test_counts(self) -> None:
        counted = {
            "exact": True, "counted_at": "2026-11-22T12:00:00Z",
            "reasons": [{"reason": "internal", "sentence": "s", "blame": "bug", "count": 3}],
            "models": [{"model_id": "m", "reason": "internal", "count": 2, "last_at": "2026-11-22T12:00:00Z", "detail": None}],
        }
        with StubServer(Answer(counted)) as server:
            found = dead_letter.count_dead_letters(reason="internal", client=server.client())
            self.assertEqual((found.exact, found.reasons[0].count, found.models[0].model_id), (True, 3, "m"))
            self.assertEqual(server.asked[0].path, "/api/v1/dead-letters/reasons")
            self.assertEqual(server.asked[0].query["reason"], "internal")


class Replaying(unittest.TestCase):
    def test_it_goes_on_until_nothing_is_left_and_adds_up(self) -> None:
        cannot = {"id": "0-1", "reason": "too_large", "detail": "d"}
        calls = [answer("c", matched=3, replayed=3, skipped=1), answer(None, matched=2, replayed=2, skipped=4, cannot=[cannot])]
        with StubServer(*calls) as server:
            done = dead_letter.replay_dead_letters(filter_=models.DeadLetterFilter(reason="internal"), client=server.client())
            self.assertEqual((done.matched, done.replayed, done.skipped), (5, 5, 5))
            self.assertEqual(done.cannot, [models.CannotReplay(id="0-1", reason="too_large", detail="d")])
            self.assertEqual([asked.query.get("cursor") for asked in server.asked], [None, "c"])
            self.assertEqual(
                [asked.json for asked in server.asked], [{"filter": {"reason": "internal"}, "dry_run": False, "again": False}] * 2
            )

    def test_many_ids_go_in_calls_of_a_thousand(self) -> None:
        ids = [f"0-{n}" for n in range(1500)]
        with StubServer(answer(matched=1)) as server:
            done = dead_letter.replay_dead_letters(dead_letter_ids=ids, dry_run=True, client=server.client())
            self.assertEqual(done.matched, 2)
            self.assertEqual([asked.json["ids"] for asked in server.asked], [ids[:1000], ids[1000:]])
            self.assertEqual({asked.json["dry_run"] for asked in server.asked}, {True})

    def test_it_is_sent_again_only_where_that_replays_nothing_twice(self) -> None:
        with StubServer(Answer(drop=True), answer(skipped=1)) as server:
            done = dead_letter.replay_dead_letters(dead_letter_ids=["0-1"], client=server.client())
            self.assertEqual((done.skipped, len(server.asked)), (1, 2))
        with StubServer(Answer(drop=True), answer(replayed=1)) as server, self.assertRaises(errors.ConnectionFailed):
            dead_letter.replay_dead_letters(dead_letter_ids=["0-1"], again=True, client=server.client())

    def test_ids_or_a_filter_must_be_given(self) -> None:
        with StubServer(answer()) as server:
            for ids, filter_ in ((None, None), (["0-1"], models.DeadLetterFilter(reason="internal"))):
                with self.assertRaises(ValueError):
                    dead_letter.replay_dead_letters(ids, filter_, client=server.client())
            self.assertEqual(dead_letter.replay_dead_letters(dead_letter_ids=[], client=server.client()).matched, 0)
            self.assertEqual(server.asked, [])


if __name__ == "__main__":
    unittest.main()
