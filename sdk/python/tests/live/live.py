"""What the tests against a real store share."""

from __future__ import annotations

import unittest
import uuid
from typing import Any

from inference_store import errors, event, inference, models, register, retention_task


def new_model(test: unittest.TestCase, **settings: Any) -> str:
    """A registered model of which the events are stored; it is unregistered at the end, with all that it has."""
    model_id = f"sdk-{uuid.uuid4().hex[:12]}"
    model = models.Model(project_id="sdk", id=model_id)
    model.task = "detection"
    register.register_model_for_inference_storage(
        request_body=models.NewRegisterModelRequest(model_id=model.id, project_id=model.project_id, task_type=model.task, **settings)
    )
    test.addCleanup(_gone, model_id)
    switched = model.set_inference_server_settings({"enable_inference_storage": True}, wait=30)
    test.assertTrue(switched.storage.in_effect, switched.storage.in_effect_reason)
    return model_id


def _gone(model_id: str) -> None:
    try:
        register.unregister_model(model_id=model_id, erase=True)
    except errors.NotFound:
        pass


def stored(model_id: str, inference_id: str, **what: Any) -> models.Inference:
    """Sends an event and waits until it can be read."""
    event.send_event(model_id=model_id, inference_id=inference_id, **what)
    return inference.wait_for_inference(model_id=model_id, inference_id=inference_id)


def run(model_id: str) -> models.RetentionTask:
    """A run of the model's policy, from asking for it to its end."""
    task = retention_task.create_retention_task(model_id=model_id, request_body=models.NewRetentionTaskRequest(dry_run=False))
    return ended(task)


def ended(task: models.RetentionTask) -> models.RetentionTask:
    """The task when it has ended."""
    return retention_task.wait_for_retention_task(model_id=task.model_id, retention_task_id=task.id, timeout=60)
