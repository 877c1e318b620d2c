from __future__ import annotations

import unittest
import uuid

from inference_store import errors, models, register

from .live import new_model


class Registry(unittest.TestCase):
    def test_a_model_is_registered_and_found(self) -> None:
        model_id = new_model(self, name="Churn", sources=[{"format": "kserve", "namespace": "sdk", "inference_service": uuid.uuid4().hex}])
        found = register.get_registered_model(model_id=model_id)
        self.assertEqual((found.project_id, found.task_type, found.name), ("sdk", "detection", "Churn"))
        self.assertEqual(found.sources[0]["format"], "kserve")
        self.assertTrue(found.storage.enabled)
        self.assertIsNone(found.retention_policy)
        self.assertIn(model_id, [model.model_id for model in register.filter_registered_models(project_id="sdk", enabled=True)])
        self.assertEqual(register.get_ingest(model_id=model_id).accepted, 0)

    def test_the_task_of_a_model_is_that_of_the_registry(self) -> None:
        model_id = new_model(self)
        model = models.Model(project_id="sdk", id=model_id, task="something else")
        self.assertEqual(model.task, "detection")

    def test_a_model_that_is_not_registered_has_the_task_that_was_set(self) -> None:
        model = models.Model(project_id="sdk", id=f"sdk-{uuid.uuid4().hex}")
        with self.assertRaisesRegex(ValueError, "task"):
            print(model.task)
        model.task = "detection"
        self.assertEqual(model.task, "detection")
        with self.assertRaises(errors.NotFound) as raised:
            model.set_inference_server_settings({"enable_inference_storage": True})
        self.assertEqual(errors.kind(raised.exception), "unknown-model")

    def test_a_change_of_an_older_version_is_stale(self) -> None:
        model_id = new_model(self)
        version = register.get_registered_model(model_id=model_id).version
        changed = register.set_storage(model_id=model_id, enabled=False, if_match=version)
        self.assertFalse(changed.storage.enabled)
        with self.assertRaises(errors.Stale):
            register.set_storage(model_id=model_id, enabled=True, if_match=version)

    def test_broken_rules_are_named_all_at_once(self) -> None:
        with self.assertRaises(errors.Invalid) as raised:
            register.register_model_for_inference_storage(
                request_body=models.NewRegisterModelRequest(model_id="m", project_id="not one!", task_type="")
            )
        self.assertEqual({error.field for error in raised.exception.errors}, {"project_id", "task_type"})
        self.assertEqual((raised.exception.status, errors.kind(raised.exception)), (422, "invalid"))

    def test_a_model_with_nothing_stored_goes_at_once(self) -> None:
        model_id = f"sdk-{uuid.uuid4().hex[:12]}"
        request = models.NewRegisterModelRequest(model_id=model_id, project_id="sdk", task_type="t")
        register.register_model_for_inference_storage(request_body=request)
        self.assertIsNone(register.unregister_model(model_id=model_id))
        with self.assertRaises(errors.NotFound):
            register.get_registered_model(model_id=model_id)


if __name__ == "__main__":
    unittest.main()
