from __future__ import annotations

import datetime as dt
import unittest

from inference_store import errors, models, register, replay

from .stub import Answer, StubServer

START = dt.datetime(2026, 11, 1, tzinfo=dt.timezone.utc)
REPLAY = {
    "id": "r1", "kind": "replay", "model_id": "m", "project_id": "p", "state": "running", "error": None,
    "cancel_requested": False, "spec": {"kind": "replay"},
    "progress": {"done": 5, "total": 80, "heard_at": "2026-11-22T12:00:09Z"},
    "summary": {
        "read": 5, "accepted": 2, "turned_away": {"other_model": 3}, "dead_lettered": {}, "stored": 1,
        "already_there": 1, "refused": {}, "conflicting": 0, "without_input": 0,
    },
    "flink": {"job_id": "f1", "state": "RUNNING"}, "requested_by": "user:ann",
    "created_at": "2026-11-22T12:00:00Z", "started_at": None, "finished_at": None,
}
MODEL = {
    "model_id": "m", "state": "registered", "project_id": "p", "task_type": "t", "version": 7,
    "storage": {"enabled": True, "in_effect": False},
    "backfill": {"replay_id": "r1", "since": "2026-11-01T00:00:00Z", "reaches_from": None, "note": "There is no topic x."},
}


class Requests(unittest.TestCase):
    def test_a_replay_of_all_that_kafka_has(self) -> None:
        self.assertEqual(
            models.NewReplayRequest(model_id="m").to_json(),
            {"kind": "replay", "model_id": "m", "source": {"kind": "topic"}},
        )

    def test_a_replay_of_a_time(self) -> None:
        request = models.NewReplayRequest(
            models.TopicSource(["a"], start=START, end="2026-11-02T00:00:00Z"), "m", include_disabled=True, events_per_second=9
        )
        self.assertEqual(
            request.to_json(),
            {
                "kind": "replay", "model_id": "m", "include_disabled": True, "events_per_second": 9,
                "source": {"kind": "topic", "topics": ["a"], "start": "2026-11-01T00:00:00.000000Z", "end": "2026-11-02T00:00:00Z"},
            },
        )

    def test_a_replay_of_offsets(self) -> None:
        source = models.TopicSource(offsets={"a-0": (3, 9)})
        self.assertEqual(source.to_json(), {"kind": "topic", "offsets": {"a-0": [3, 9]}})

    def test_a_replay_of_files(self) -> None:
        request = models.NewReplayRequest(models.FileSource(models.ReplayFileFormat.KSERVE_BLOB, ("s3://b/",)), as_model="m")
        self.assertEqual(
            request.to_json(),
            {"kind": "replay", "as_model": "m", "source": {"kind": "files", "format": "kserve-blob", "paths": ["s3://b/"]}},
        )

    def test_a_re_emission(self) -> None:
        self.assertEqual(
            models.NewReEmitRequest("m", "t", start=START, pace=2.5, new_ids=True, as_model="n").to_json(),
            {
                "kind": "re_emit", "model_id": "m", "topic": "t", "start": "2026-11-01T00:00:00.000000Z", "pace": 2.5,
                "new_ids": True, "as_model": "n",
            },
        )

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "start has no time zone"):
            models.TopicSource(start=dt.datetime(2026, 11, 1)).to_json()


class Calls(unittest.TestCase):
    def test_it_is_asked_for_once_however_often_it_is_sent(self) -> None:
        with StubServer(Answer(drop=True), Answer(REPLAY, 202)) as server:
            made = replay.create_replay(models.NewReplayRequest(model_id="m"), client=server.client())
            self.assertEqual(made.state, models.ReplayState.RUNNING)
            self.assertEqual(made.kind, models.ReplayKind.REPLAY)
            self.assertEqual(len({asked.headers["Idempotency-Key"] for asked in server.asked}), 1)
            self.assertEqual([asked.path for asked in server.asked], ["/api/v1/replays"] * 2)
            self.assertEqual(server.asked[1].json["model_id"], "m")

    def test_it_says_how_far_it_is(self) -> None:
        with StubServer(Answer(REPLAY)) as server:
            found = replay.get_replay("r1", client=server.client())
            self.assertEqual((found.progress.done, found.progress.total), (5, 80))
            self.assertEqual(found.summary.turned_away, {"other_model": 3})
            self.assertEqual((found.summary.stored, found.summary.sent), (1, 0))
            self.assertEqual(found.flink.state, "RUNNING")
            self.assertEqual(server.asked[0].path, "/api/v1/replays/r1")

    def test_a_list_is_read_to_its_end(self) -> None:
        pages = [Answer({"items": [REPLAY], "next_cursor": "c"}), Answer({"items": [REPLAY], "next_cursor": None})]
        with StubServer(*pages) as server:
            found = replay.filter_replays(
                model_id="m",
                state=models.ReplayState.RUNNING,
                time_window_filter=models.TimeWindowFilter(start=START),
                client=server.client(),
            )
            self.assertEqual(len(found), 2)
            self.assertEqual(
                server.asked[1].query,
                {"model_id": "m", "state": "running", "start": "2026-11-01T00:00:00.000000Z", "limit": "200", "cursor": "c"},
            )

    def test_waiting_ends_with_it_or_with_the_time(self) -> None:
        with StubServer(Answer(REPLAY), Answer({**REPLAY, "state": "failed", "error": "disk full"})) as server:
            ended = replay.wait_for_replay("r1", client=server.client())
            self.assertEqual((ended.state, ended.error), ("failed", "disk full"))
        with StubServer(Answer(REPLAY)) as server:
            with self.assertRaisesRegex(errors.WaitTimedOut, "replay r1 has not ended"):
                replay.wait_for_replay("r1", timeout=0.01, client=server.client())

    def test_it_is_cancelled(self) -> None:
        with StubServer(Answer({**REPLAY, "cancel_requested": True}, 202)) as server:
            self.assertTrue(replay.cancel_replay("r1", client=server.client()).cancel_requested)
            self.assertEqual((server.asked[0].method, server.asked[0].path), ("POST", "/api/v1/replays/r1/cancel"))

    def test_without_a_flink_it_says_what_to_type(self) -> None:
        with StubServer(Answer({"detail": "on the command line: flink run -c …"}, 409)) as server:
            with self.assertRaises(errors.Conflict) as raised:
                replay.create_replay(models.NewReplayRequest(model_id="m"), client=server.client())
            self.assertIn("flink run", str(raised.exception))


class Backfills(unittest.TestCase):
    def test_storage_is_switched_on_for_a_time_that_has_passed(self) -> None:
        with StubServer(Answer(MODEL)) as server:
            model = register.set_storage("m", True, since=START, client=server.client())
            assert model.backfill is not None
            self.assertEqual((model.backfill.replay_id, model.backfill.since), ("r1", START))
            self.assertEqual((model.backfill.reaches_from, model.backfill.note), (None, "There is no topic x."))
            self.assertEqual(server.asked[0].json, {"enabled": True, "since": "2026-11-01T00:00:00.000000Z"})

    def test_without_a_time_nothing_else_is_sent(self) -> None:
        with StubServer(Answer(MODEL)) as server:
            register.set_storage("m", False, client=server.client())
            self.assertEqual(server.asked[0].json, {"enabled": False})


if __name__ == "__main__":
    unittest.main()
