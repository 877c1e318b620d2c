from __future__ import annotations

import datetime as dt
import unittest

from inference_store import _json, models
from inference_store.errors import InferenceStoreError

UTC = dt.timezone.utc
TASK = {
    "id": "t1", "model_id": "m", "retention_policy_id": "p1", "policy_version": 3, "trigger": "manual", "dry_run": False,
    "delete_action": "soft", "state": "complete", "record_cutoff": None, "blob_cutoff": "2026-11-21T11:30:00Z",
    "records": {"matched": 4, "deleted": 3}, "blobs": {"matched": 2, "deleted": 1, "bytes": 10}, "held": 1,
    "created_at": "2026-11-22T12:00:00.123456789Z", "finished_at": "2026-11-22T14:00:00.5+02:00", "error": None,
}


class Reading(unittest.TestCase):
    def test_a_task_has_enums_times_and_objects(self) -> None:
        task = _json.decode(models.RetentionTask, TASK)
        self.assertIs(task.state, models.RetentionTaskState.COMPLETE)
        self.assertIs(task.delete_action, models.DeleteAction.SOFT)
        self.assertIs(task.trigger, models.RetentionTaskTrigger.MANUAL)
        self.assertEqual((task.records.matched, task.blobs.bytes, task.held), (4, 10, 1))
        self.assertEqual(task.created_at, dt.datetime(2026, 11, 22, 12, 0, 0, 123456, UTC))
        self.assertEqual(task.finished_at, dt.datetime(2026, 11, 22, 12, 0, 0, 500000, UTC))
        self.assertIsNone(task.record_cutoff)
        self.assertTrue(task.state.is_final)

    def test_what_a_newer_server_says_does_no_harm(self) -> None:
        newer = {**TASK, "state": "resting", "mood": "good", "records": {"matched": 1, "deleted": 0, "left": 1}}
        task = _json.decode(models.RetentionTask, newer)
        self.assertEqual(task.state, "resting")
        self.assertEqual(str(task.state), "resting")
        self.assertNotEqual(task.state, models.RetentionTaskState.COMPLETE)
        self.assertFalse(task.state.is_final)
        self.assertNotIn("RESTING", models.RetentionTaskState.__members__)

    def test_what_an_older_server_does_not_say_has_a_value(self) -> None:
        wanted = ("id", "model_id", "trigger", "dry_run", "delete_action", "state", "created_at")
        task = _json.decode(models.RetentionTask, {name: TASK[name] for name in wanted})
        self.assertEqual((task.records.matched, task.error), (0, None))

    def test_an_answer_without_its_id_is_refused(self) -> None:
        with self.assertRaisesRegex(InferenceStoreError, "id"):
            _json.decode(models.RetentionTask, {})

    def test_a_policy_may_be_replaced_by_another(self) -> None:
        policy = {"id": "p", "model_id": "m", "delete_action": "hard", "version": 1, "maximum_blob_age": 24.5}
        read = _json.decode(models.RetentionPolicy, {**policy, "replaced_by": {**policy, "id": "q"}})
        assert read.replaced_by is not None
        self.assertEqual((read.maximum_blob_age, read.replaced_by.id), (24.5, "q"))

    def test_an_inference_without_an_input_says_so(self) -> None:
        least = {"inference_id": "i", "model_id": "m", "created_at": "2026-11-22T12:00:00Z", "part": "response"}
        read = _json.decode(models.Inference, least)
        self.assertIs(read.input.state, models.InputState.NONE)
        self.assertEqual((read.presigned_url, read.data_hash), (None, None))


class Times(unittest.TestCase):
    def test_moments_are_written_in_utc(self) -> None:
        berlin = dt.timezone(dt.timedelta(hours=1))
        self.assertEqual(_json.time_text("start", dt.datetime(2026, 1, 1, 0, 30, tzinfo=berlin)), "2025-12-31T23:30:00.000000Z")
        self.assertEqual(_json.time_text("start", "2026-01-01T00:00:00Z"), "2026-01-01T00:00:00Z")

    def test_a_moment_without_a_zone_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(ValueError, "^start "):
            _json.time_text("start", dt.datetime(2026, 1, 1))

    def test_what_is_no_moment_is_refused(self) -> None:
        for wrong in ("", "2026-01-01", "2026-01-01T00:00:00", "yesterday"):
            with self.subTest(wrong), self.assertRaises(ValueError):
                _json.time(wrong)

    def test_lengths_of_time_are_seconds_timedeltas_or_texts(self) -> None:
        self.assertEqual(_json.span_text(dt.timedelta(minutes=15)), "PT900S")
        self.assertEqual(_json.span_text(10), "PT10S")
        self.assertEqual(_json.span_text(0.5), "PT0.5S")
        self.assertEqual(_json.span_text("PT15M"), "PT15M")
        self.assertEqual(_json.seconds("PT1H2M3.5S"), 3723.5)
        for wrong in ("PT", "15M", "P1D", -1):
            with self.subTest(wrong), self.assertRaises(ValueError):
                _json.seconds(wrong)  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
