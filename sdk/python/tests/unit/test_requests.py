from __future__ import annotations

import datetime as dt
import json
import unittest

from inference_store import models

Operator = models.MetadataFilterOperator
Type = models.MetadataFilterType
START = dt.datetime(2026, 11, 1, tzinfo=dt.timezone.utc)


class Bodies(unittest.TestCase):
    def test_a_policy_sends_ages_that_are_none_since_they_mean_for_ever(self) -> None:
        request = models.NewRetentionPolicyRequest(maximum_blob_age=72, delete_action=models.DeleteAction.HARD, automated_interval=24)
        self.assertEqual(
            json.loads(json.dumps(request.to_json())),
            {"maximum_record_age": None, "maximum_blob_age": 72, "delete_action": "hard", "automated_interval": 24},
        )

    def test_a_policy_hides_before_it_removes_unless_told(self) -> None:
        self.assertEqual(models.NewRetentionPolicyRequest().delete_action, models.DeleteAction.SOFT)

    def test_what_was_not_given_is_not_sent(self) -> None:
        self.assertEqual(models.NewRegisterModelRequest(project_id="p", task_type="t", model_id="m").to_json(), {"project_id": "p", "task_type": "t"})
        self.assertEqual(models.NewRetentionTaskRequest().to_json(), {"dry_run": False})
        self.assertEqual(models.NewHoldRequest(reason="r").to_json(), {"reason": "r"})

    def test_an_empty_list_of_ids_is_sent_and_not_taken_for_all(self) -> None:
        self.assertEqual(models.NewHoldRequest(reason="r", inference_ids=[]).to_json()["inference_ids"], [])
        self.assertEqual(models.BaseInferenceFilter(inference_ids=[]).to_json(), {"inference_ids": []})

    def test_the_filter_of_an_erase(self) -> None:
        filter_ = models.BaseInferenceFilter(
            inference_ids=("a", "b"),
            time_window_filter=models.TimeWindowFilter(start=START),
            action_filter="detect",
            metadata_filter=[models.MetadataFilter(key="subject", value="s-17")],
            bounding_box_filter=models.BoundingBox(48, 49, 11, 12),
        )
        self.assertEqual(
            filter_.to_json(),
            {
                "inference_ids": ["a", "b"],
                "start": "2026-11-01T00:00:00.000000Z",
                "action": "detect",
                "metadata": [{"key": "subject", "operator": "eq", "value": "s-17"}],
                "bounding_box": {"min_latitude": 48, "max_latitude": 49, "min_longitude": 11, "max_longitude": 12},
            },
        )


class Queries(unittest.TestCase):
    def test_tasks(self) -> None:
        request = models.NewGetRetentionTasksRequest(
            state_filter=models.RetentionTaskState.COMPLETE,
            time_window_filter=models.TimeWindowFilter(start=START, end="2026-12-01T00:00:00Z"),
            trigger_filter=models.RetentionTaskTrigger.ERASE,
            dry_run_filter=False,
        )
        self.assertEqual(
            request.to_query(),
            {
                "state": "complete", "trigger": "erase", "dry_run": False, "start": "2026-11-01T00:00:00.000000Z",
                "end": "2026-12-01T00:00:00Z",
            },
        )

    def test_inferences(self) -> None:
        request = models.NewGetInferencesRequest(
            inference_ids=["i-1"],
            part_filter=models.InferencePart.BOTH,
            metadata_filter=[
                models.MetadataFilter(key="camera", type=Type.STRING, operator=Operator.IN, value=["north", "south"]),
                models.MetadataFilter(key="score", operator=Operator.GREATER_THAN_OR_EQUAL, value=0.5),
                models.MetadataFilter(key="fog", operator=Operator.EXISTS),
            ],
            bounding_box_filter=models.BoundingBox(48, 49, 11, 12),
        )
        query = request.to_query()
        self.assertEqual(
            json.loads(query.pop("metadata")),
            [
                {"key": "camera", "operator": "in", "type": "string", "value": ["north", "south"]},
                {"key": "score", "operator": "ge", "value": 0.5},
                {"key": "fog", "operator": "exists"},
            ],
        )
        self.assertEqual(
            query,
            {"inference_id": "i-1", "part": "both", "min_latitude": 48, "max_latitude": 49, "min_longitude": 11, "max_longitude": 12},
        )

    def test_a_list_takes_one_id_only(self) -> None:
        for ids in ([], ["a", "b"]):
            with self.assertRaises(ValueError):
                models.NewGetInferencesRequest(inference_ids=ids).to_query()


class Metadata(unittest.TestCase):
    def test_what_is_not_there_can_be_asked_for(self) -> None:
        self.assertEqual(
            models.MetadataFilter("fog", operator=Operator.EXISTS, value=False).to_json(),
            {"key": "fog", "operator": "exists", "value": False},
        )

    def test_any_list_will_do(self) -> None:
        self.assertEqual(models.MetadataFilter("frame", Type.INTEGER, "in", (1, "2")).to_json()["value"], [1, "2"])

    def test_null_is_a_value(self) -> None:
        self.assertEqual(models.MetadataFilter("fog").to_json(), {"key": "fog", "operator": "eq", "value": None})

    def test_long_and_short_names_are_the_same(self) -> None:
        self.assertIs(Operator.EQUAL, Operator.EQ)
        self.assertEqual([str(member) for member in Operator], ["eq", "ne", "lt", "le", "gt", "ge", "in", "exists", "contains"])

    def test_a_pagination_has_no_negative_numbers(self) -> None:
        for wrong in ({"limit": -1}, {"offset": -1}):
            with self.assertRaises(ValueError):
                models.Pagination(**wrong)


if __name__ == "__main__":
    unittest.main()
