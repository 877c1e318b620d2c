from __future__ import annotations

import datetime as dt
import unittest

from inference_store import _json, capture_rules, errors, models

from .stub import Answer, StubServer

RULES = {
    "version": 4, "sample": 0.1, "inputs": True, "outputs": False, "status_codes": ["2xx"], "redact": ["/input/user/email"],
    "redact_headers": ["authorization"], "max_input_size": 1024, "max_output_size": None, "model_id": "m/1", "in_effect": False,
    "in_effect_reason": "no job is running",
}


class Requests(unittest.TestCase):
    def test_what_is_left_out_leaves_nothing_out(self) -> None:
        self.assertEqual(
            models.NewCaptureRulesRequest().to_json(),
            {"sample": 1, "inputs": True, "outputs": True},
        )

    def test_sizes_and_statuses(self) -> None:
        body = models.NewCaptureRulesRequest(status_codes=(200, "4xx"), max_input_size=0, max_output_size=7).to_json()
        self.assertEqual((body["status_codes"], body["max_input_size"], body["max_output_size"]), (["200", "4xx"], 0, 7))

    def test_one_text_is_no_list(self) -> None:
        for field in ("status_codes", "redact", "redact_headers"):
            with self.subTest(field), self.assertRaisesRegex(TypeError, field):
                models.NewCaptureRulesRequest(**{field: "authorization"}).to_json()

    def test_one_rule_is_changed_and_the_others_are_kept(self) -> None:
        request = models.NewCaptureRulesRequest.like(_json.decode(models.CaptureRules, RULES))
        request.sample = 0.5
        kept = ("inputs", "outputs", "status_codes", "redact", "redact_headers", "max_input_size")
        self.assertEqual(request.to_json(), {"sample": 0.5, **{name: RULES[name] for name in kept}})


class Calls(unittest.TestCase):
    def test_rules_are_shown_with_their_version(self) -> None:
        with StubServer(Answer(RULES)) as server:
            rules = capture_rules.get_capture_rules(model_id="m/1", client=server.client())
            self.assertEqual((server.asked[0].method, server.asked[0].path), ("GET", "/api/v1/models/m%2F1/capture-rules"))
        self.assertEqual((rules.version, rules.sample, rules.outputs, rules.max_input_size), (4, 0.1, False, 1024))
        self.assertEqual((rules.in_effect, rules.in_effect_reason), (False, "no job is running"))

    def test_a_change_waits_as_long_as_it_was_told(self) -> None:
        with StubServer(Answer(RULES, 201)) as server:
            request = models.NewCaptureRulesRequest(sample=0.1)
            capture_rules.set_capture_rules("m", request, wait=dt.timedelta(seconds=5), client=server.client())
            (asked,) = server.asked
        self.assertEqual((asked.method, asked.query, asked.json), ("PUT", {"wait": "PT5S"}, request.to_json()))
        self.assertNotIn("If-Match", asked.headers)

    def test_a_change_of_one_version_is_sent_once(self) -> None:
        with StubServer(Answer(drop=True)) as server:
            with self.assertRaises(errors.ConnectionFailed):
                capture_rules.set_capture_rules("m", models.NewCaptureRulesRequest(), if_match=4, client=server.client())
            self.assertEqual([asked.headers["If-Match"] for asked in server.asked], ['"4"'])

    def test_one_version_is_deleted(self) -> None:
        with StubServer(Answer(RULES)) as server:
            self.assertEqual(capture_rules.delete_capture_rules("m", if_match=4, client=server.client()).version, 4)
            self.assertEqual((server.asked[0].method, server.asked[0].headers["If-Match"]), ("DELETE", '"4"'))


class Records(unittest.TestCase):
    def test_a_record_says_what_is_not_stored_and_why(self) -> None:
        found = _json.decode(
            models.Inference,
            {
                "inference_id": "i", "model_id": "m", "created_at": "2026-11-22T12:00:00Z", "part": "both", "metadata": {},
                "output": {"size": 9, "reason": "too_large"}, "capture_rules_version": 4,
                "input": {"state": "none", "reason": "reference_failed", "reference": "s3://b/k", "size": 5},
            },
        )
        self.assertEqual(found.capture_rules_version, 4)
        assert found.output is not None
        self.assertIs(found.output.reason, models.Omission.TOO_LARGE)
        self.assertIs(found.input.reason, models.Omission.REFERENCE_FAILED)
        self.assertEqual((found.input.reference, found.input.size), ("s3://b/k", 5))


if __name__ == "__main__":
    unittest.main()
