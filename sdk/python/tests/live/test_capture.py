from __future__ import annotations

import hashlib
import json
import unittest
from typing import Any, Dict

from inference_store import capture_rules, errors, event, inference, models, register
from inference_store._wait import wait_for

from .live import new_model, stored

SECRET = {"user": {"email": "me@example.org"}, "text": "hello"}
HIDDEN = {"user": {"email": "[redacted]"}, "text": "hello"}


def turned_away(model_id: str) -> Dict[str, int]:
    """What was turned away of a model's events, once something was; the job says so once a second."""
    return wait_for(lambda: register.get_ingest(model_id=model_id).turned_away or None, 60, "nothing was turned away")


class Capture(unittest.TestCase):
    def obeyed(self, model_id: str, **rules: Any) -> models.CaptureRules:
        """Rules once the running job has them."""
        set_now = capture_rules.set_capture_rules(model_id=model_id, request_body=models.NewCaptureRulesRequest(**rules), wait=30)
        self.assertTrue(set_now.in_effect, set_now.in_effect_reason)
        return set_now

    def test_rules_are_set_read_changed_and_deleted(self) -> None:
        model_id = new_model(self)
        with self.assertRaises(errors.NotFound) as raised:
            capture_rules.get_capture_rules(model_id=model_id)
        self.assertEqual(errors.kind(raised.exception), "no-setting")

        first = self.obeyed(
            model_id, sample=0.25, outputs=False, status_codes=[200, "4xx"], redact=["/input/user/email"],
            redact_headers=["authorization"], max_input_size=1024,
        )
        self.assertEqual((first.model_id, first.sample, first.inputs, first.outputs), (model_id, 0.25, True, False))
        self.assertEqual((first.status_codes, first.redact), (["200", "4xx"], ["/input/user/email"]))
        self.assertEqual((first.redact_headers, first.max_input_size, first.max_output_size), (["authorization"], 1024, None))
        self.assertEqual(capture_rules.get_capture_rules(model_id=model_id), first)
        same = models.NewCaptureRulesRequest.like(first)
        self.assertEqual(capture_rules.set_capture_rules(model_id=model_id, request_body=same, wait=30), first)

        same.sample = 0.5
        second = capture_rules.set_capture_rules(model_id=model_id, request_body=same, if_match=first.version)
        self.assertGreater(second.version, first.version)
        self.assertEqual((second.sample, second.redact), (0.5, first.redact))
        with self.assertRaises(errors.Stale):
            capture_rules.set_capture_rules(model_id=model_id, request_body=same, if_match=first.version)
        with self.assertRaises(errors.Stale):
            capture_rules.delete_capture_rules(model_id=model_id, if_match=first.version)
        self.assertEqual(capture_rules.delete_capture_rules(model_id=model_id, if_match=second.version).version, second.version)
        with self.assertRaises(errors.NotFound):
            capture_rules.delete_capture_rules(model_id=model_id)

    def test_a_rule_that_is_broken_is_named(self) -> None:
        model_id = new_model(self)
        with self.assertRaises(errors.Invalid) as raised:
            self.obeyed(model_id, sample=1.5, redact=["email"])
        self.assertEqual({error.field for error in raised.exception.errors}, {"sample", "redact[0]"})

    def test_what_is_redacted_is_not_stored(self) -> None:
        model_id = new_model(self)
        before = stored(model_id, "before", input=SECRET, output={}, metadata={"user": "u-1"})
        self.assertIsNone(before.capture_rules_version)
        rules = self.obeyed(model_id, redact=["/input/user/email", "/metadata/user"])

        found = stored(model_id, "after", input=SECRET, output={}, metadata={"user": "u-1", "camera": "north"})
        self.assertEqual(found.capture_rules_version, rules.version)
        self.assertEqual(found.metadata, {"user": "[redacted]", "camera": "north"})
        self.assertIs(found.input.state, models.InputState.AVAILABLE)
        self.assertEqual(json.loads(inference.download_input(model_id=model_id, inference_id="after")), HIDDEN)
        self.assertEqual(json.loads(inference.download_input(model_id=model_id, inference_id="before")), SECRET)

        # What cannot be looked into is not stored either.
        bytes_only = stored(model_id, "no json", input=b"\x00me@example.org", output={})
        self.assertEqual((bytes_only.input.state, bytes_only.input.reason), ("none", models.Omission.NOT_REDACTABLE))
        with self.assertRaises(errors.NotFound):
            inference.download_input(model_id=model_id, inference_id="no json")

    def test_what_is_left_out_is_named_with_its_reason(self) -> None:
        model_id = new_model(self)
        self.obeyed(model_id, outputs=False, max_input_size=4)

        found = stored(model_id, "first", input=b"hello", output={"label": "greeting"})

        assert found.output is not None
        self.assertEqual((found.output.reason, found.output.data), (models.Omission.NOT_CAPTURED, None))
        self.assertEqual((found.input.state, found.input.reason), ("none", models.Omission.TOO_LARGE))
        self.assertEqual((found.input.size, found.data_hash), (5, hashlib.sha256(b"hello").hexdigest()))

    def test_a_sample_goes_by_the_id(self) -> None:
        model_id = new_model(self)
        self.obeyed(model_id, sample=0.1)

        # The hash of the second is below a tenth.
        event.send_event(model_id=model_id, inference_id="third", input="hello", output={})
        stored(model_id, "second", input="hello", output={})

        self.assertEqual(turned_away(model_id), {"not_sampled": 1})
        self.assertEqual([one.inference_id for one in inference.filter_inferences(model_id=model_id)], ["second"])


if __name__ == "__main__":
    unittest.main()
