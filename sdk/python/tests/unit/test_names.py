"""The names that scripts written for another store's client rely on."""

from __future__ import annotations

import inspect
import typing
import unittest

from inference_store import capture_rules, dead_letter, event, hold, inference, models, register, replay, retention_policy, retention_task

FUNCTIONS = {
    register.register_model_for_inference_storage: ["request_body"],
    retention_policy.get_retention_policy: ["model_id"],
    retention_policy.create_retention_policy: ["model_id", "request_body"],
    retention_policy.delete_retention_policy: ["model_id"],
    retention_task.create_retention_task: ["model_id", "request_body"],
    retention_task.get_retention_task: ["model_id", "retention_task_id"],
    retention_task.filter_retention_tasks: ["model_id", "request_body"],
    inference.filter_inferences: ["model_id", "request_body"],
    inference.count_inferences: ["model_id", "request_body"],
    inference.get_inference: ["model_id", "inference_id", "presign"],
    inference.delete_inference: ["model_id", "inference_id"],
    inference.bulk_delete_inferences: ["model_id", "filter_"],
}
FIELDS = {
    models.NewRegisterModelRequest: {"model_id", "project_id", "task_type"},
    models.NewRetentionPolicyRequest: {"maximum_record_age", "maximum_blob_age", "delete_action", "automated_interval"},
    models.NewRetentionTaskRequest: {"dry_run", "retention_policy_id"},
    models.NewGetRetentionTasksRequest: {"state_filter", "time_window_filter"},
    models.NewGetInferencesRequest: {"metadata_filter", "time_window_filter", "pagination"},
    models.BaseInferenceFilter: {"metadata_filter", "time_window_filter"},
    models.TimeWindowFilter: {"start", "end"},
    models.MetadataFilter: {"key", "type", "operator", "value"},
    models.Pagination: {"limit", "offset", "sort", "direction"},
}


class Names(unittest.TestCase):
    def test_functions_take_what_they_took(self) -> None:
        for function, names in FUNCTIONS.items():
            with self.subTest(function.__name__):
                parameters = list(inspect.signature(function).parameters.values())
                self.assertEqual([parameter.name for parameter in parameters[: len(names)]], names)
                self.assertIn("client", [parameter.name for parameter in parameters])

    def test_classes_have_the_fields_they_had(self) -> None:
        for cls, names in FIELDS.items():
            with self.subTest(cls.__name__):
                self.assertLessEqual(names, set(inspect.signature(cls).parameters))

    def test_words(self) -> None:
        self.assertEqual([models.DeleteAction.SOFT, models.DeleteAction.HARD], ["soft", "hard"])
        self.assertEqual(
            list(models.RetentionTaskState.__members__), ["PENDING", "RUNNING", "COMPLETE", "FAILED", "CANCELLED"]
        )

    def test_everything_is_said_in_words_and_types(self) -> None:
        for module in (capture_rules, dead_letter, event, hold, inference, models, register, replay, retention_policy, retention_task):
            for name, thing in vars(module).items():
                if name.startswith("_") or getattr(thing, "__module__", "").split(".")[0] != "inference_store":
                    continue
                with self.subTest(f"{module.__name__}.{name}"):
                    if inspect.isfunction(thing):
                        self.assertTrue(inspect.getdoc(thing))
                        hints = typing.get_type_hints(thing)
                        self.assertEqual(set(inspect.signature(thing).parameters) - set(hints), set())
                        self.assertIn("return", hints)
                    elif inspect.isclass(thing):
                        self.assertTrue(inspect.getdoc(thing))


class ModelOfASession(unittest.TestCase):
    def test_settings_that_this_store_does_not_have_are_refused_by_name(self) -> None:
        model = models.Model(project_id="p", id="m")
        for wrong in ({}, {"replicas": 3}, {"enable_inference_storage": True, "replicas": 3}, {"enable_inference_storage": "yes"}):
            with self.subTest(wrong), self.assertRaisesRegex(ValueError, "enable_inference_storage"):
                model.set_inference_server_settings(wrong)


if __name__ == "__main__":
    unittest.main()
