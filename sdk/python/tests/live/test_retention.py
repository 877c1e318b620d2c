from __future__ import annotations

import datetime as dt
import unittest

from inference_store import errors, hold, inference, models, register, retention_policy, retention_task

from .live import ended, new_model, run, stored

Policy = models.NewRetentionPolicyRequest


class Policies(unittest.TestCase):
    def test_a_policy_is_set_read_replaced_and_deleted(self) -> None:
        model_id = new_model(self)
        with self.assertRaises(errors.NotFound) as raised:
            retention_policy.get_retention_policy(model_id=model_id)
        self.assertEqual(errors.kind(raised.exception), "no-retention-policy")

        first = retention_policy.create_retention_policy(
            model_id=model_id,
            request_body=Policy(maximum_record_age=72, maximum_blob_age=24.5, delete_action=models.DeleteAction.SOFT, automated_interval=0),
        )
        self.assertEqual((first.maximum_record_age, first.maximum_blob_age, first.automated_interval), (72, 24.5, 0))
        self.assertIs(first.delete_action, models.DeleteAction.SOFT)
        self.assertEqual(retention_policy.get_retention_policy(model_id=model_id).id, first.id)

        second = retention_policy.create_retention_policy(
            model_id=model_id,
            request_body=Policy(maximum_blob_age=24, delete_action=models.DeleteAction.HARD, automated_interval=24),
            wait=30,
            if_match=first.version,
        )
        self.assertEqual((second.id, second.maximum_record_age), (first.id, None))
        self.assertTrue(second.in_effect, second.in_effect_reason)
        with self.assertRaises(errors.Stale):
            retention_policy.delete_retention_policy(model_id=model_id, if_match=first.version)
        self.assertEqual(retention_policy.delete_retention_policy(model_id=model_id).id, first.id)
        with self.assertRaises(errors.NotFound):
            retention_policy.get_retention_policy(model_id=model_id)

    def test_a_record_does_not_go_before_its_input(self) -> None:
        model_id = new_model(self)
        with self.assertRaises(errors.Invalid) as raised:
            retention_policy.create_retention_policy(
                model_id=model_id, request_body=Policy(maximum_record_age=1, maximum_blob_age=2)
            )
        self.assertTrue(raised.exception.errors)


class Runs(unittest.TestCase):
    def test_an_input_expires_and_its_record_stays(self) -> None:
        model_id = new_model(self)
        found = stored(model_id, "first", input="hello", output={"label": "greeting"})
        self.assertIs(found.input.state, models.InputState.AVAILABLE)
        only_inputs = Policy(maximum_blob_age=0, delete_action=models.DeleteAction.HARD)

        preview = retention_policy.preview_retention_policy(model_id=model_id, request_body=only_inputs)
        self.assertEqual((preview.matched.records, preview.matched.blobs, preview.record_cutoff), (0, 1, None))
        policy = retention_policy.create_retention_policy(model_id=model_id, request_body=only_inputs)
        counted = retention_task.create_retention_task(
            model_id=model_id, request_body=models.NewRetentionTaskRequest(dry_run=True, retention_policy_id=policy.id)
        )
        self.assertTrue(counted.dry_run)
        self.assertEqual(ended(counted).blobs.matched, 1)
        self.assertEqual(inference.download_input(model_id=model_id, inference_id="first"), b"hello")

        task = retention_task.create_retention_task(
            model_id=model_id, request_body=models.NewRetentionTaskRequest(dry_run=False, dry_run_id=counted.id)
        )
        done = ended(task)
        self.assertEqual((done.state, done.error), (models.RetentionTaskState.COMPLETE, None))
        self.assertEqual((done.blobs.deleted, done.blobs.bytes, done.records.deleted), (1, 5, 0))
        self.assertIs(inference.get_inference(model_id=model_id, inference_id="first").input.state, models.InputState.EXPIRED)
        with self.assertRaises(errors.Gone):
            inference.download_input(model_id=model_id, inference_id="first")

        now = dt.datetime.now(dt.timezone.utc)
        recent = models.TimeWindowFilter(start=now - dt.timedelta(minutes=5), end=now + dt.timedelta(minutes=5))
        complete = models.NewGetRetentionTasksRequest(state_filter=models.RetentionTaskState.COMPLETE, time_window_filter=recent)
        self.assertEqual(
            [task.id for task in retention_task.filter_retention_tasks(model_id=model_id, request_body=complete)], [done.id, counted.id]
        )
        complete.dry_run_filter = True
        self.assertEqual(
            [task.id for task in retention_task.filter_retention_tasks(model_id=model_id, request_body=complete)], [counted.id]
        )

    def test_a_soft_run_hides_and_can_be_undone(self) -> None:
        model_id = new_model(self)
        stored(model_id, "first", input="hello", output={"label": "greeting"})
        retention_policy.create_retention_policy(
            model_id=model_id, request_body=Policy(maximum_record_age=0, maximum_blob_age=0, delete_action=models.DeleteAction.SOFT)
        )
        task = run(model_id)
        self.assertEqual((task.records.matched, task.records.deleted), (1, 0))
        self.assertIsNotNone(task.restorable_until)
        self.assertEqual(inference.count_inferences(model_id=model_id), 0)
        restored = retention_task.restore_retention_task(model_id=model_id, retention_task_id=task.id)
        self.assertEqual([(one.id, one.restored) for one in restored], [(task.id, True)])
        self.assertEqual(inference.count_inferences(model_id=model_id), 1)

    def test_a_task_that_has_ended_is_not_cancelled(self) -> None:
        model_id = new_model(self)
        retention_policy.create_retention_policy(model_id=model_id, request_body=Policy(maximum_blob_age=1))
        task = run(model_id)
        with self.assertRaises(errors.Conflict):
            retention_task.cancel_retention_task(model_id=model_id, retention_task_id=task.id)
        with self.assertRaises(errors.NotFound):
            retention_task.get_retention_task(model_id=model_id, retention_task_id="7c9e6679-7425-40de-944b-e07fc1f90ae7")


class HoldsAndErasing(unittest.TestCase):
    def test_what_is_held_is_not_erased_and_what_is_erased_has_a_receipt(self) -> None:
        model_id = new_model(self)
        stored(model_id, "kept", input="one", output={}, metadata={"subject": "s-1"})
        stored(model_id, "gone/1 %", input="two", output={}, metadata={"subject": "s-1"})
        held = hold.create_hold(
            model_id=model_id, hold_id="case-7", request_body=models.NewHoldRequest(reason="claim", inference_ids=["kept"])
        )
        self.assertEqual((held.scope, held.inference_ids), ("inferences", ["kept"]))
        self.assertEqual(hold.filter_holds(model_id=model_id), [hold.get_hold(model_id=model_id, hold_id="case-7")])
        with self.assertRaises(errors.Conflict):
            inference.delete_inference(model_id=model_id, inference_id="kept")

        subject = models.BaseInferenceFilter(metadata_filter=[models.MetadataFilter(key="subject", value="s-1")])
        task = ended(inference.bulk_delete_inferences(model_id=model_id, filter_=subject, except_held=True))
        self.assertEqual((task.state, task.records.deleted, task.held), (models.RetentionTaskState.COMPLETE, 1, 1))
        receipt = retention_task.get_receipt(model_id=model_id, retention_task_id=task.id)
        self.assertEqual([(item.inference_id, item.inputs) for item in receipt.items], [("gone/1 %", 1)])
        self.assertEqual([one.inference_id for one in inference.filter_inferences(model_id=model_id)], ["kept"])

        hold.delete_hold(model_id=model_id, hold_id="case-7")
        self.assertEqual(ended(inference.delete_inference(model_id=model_id, inference_id="kept")).records.deleted, 1)
        self.assertEqual(inference.count_inferences(model_id=model_id), 0)

    def test_an_empty_filter_erases_nothing(self) -> None:
        model_id = new_model(self)
        with self.assertRaises(errors.Invalid):
            inference.bulk_delete_inferences(model_id=model_id, filter_=models.BaseInferenceFilter())

    def test_a_model_with_something_stored_goes_only_with_it(self) -> None:
        model_id = new_model(self)
        stored(model_id, "first", input="hello", output={})
        with self.assertRaises(errors.Conflict):
            register.unregister_model(model_id=model_id)
        task = register.unregister_model(model_id=model_id, erase=True)
        assert task is not None
        self.assertTrue(ended(task).whole_model)


if __name__ == "__main__":
    unittest.main()
