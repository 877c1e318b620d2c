from __future__ import annotations

import os
import pickle
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import inference_store
from inference_store import Client, errors, models, register, retention_policy, retention_task
from inference_store.client import default_client, path

from .stub import Answer, StubServer

TOKEN = "s3cret-token"
MODEL = {
    "model_id": "m", "state": "registered", "project_id": "p", "task_type": "t", "version": 7,
    "storage": {"enabled": False, "in_effect": True},
}
TASK = {
    "id": "t1", "model_id": "m", "trigger": "manual", "dry_run": True, "delete_action": "hard", "state": "pending",
    "created_at": "2026-11-22T12:00:00Z",
}
BUSY = Answer({"title": "Too many"}, 429, {"Retry-After": "3"})
AWAY = Answer({"title": "Away"}, 503)


class Repeating(unittest.TestCase):
    def test_a_get_is_tried_again_until_the_server_is_back(self) -> None:
        with StubServer(AWAY, Answer(drop=True), Answer(MODEL, cut=10), Answer(MODEL)) as server:
            client = server.client()
            self.assertEqual(register.get_registered_model(model_id="m", client=client).version, 7)
            self.assertEqual(len(server.asked), 4)
            self.assertEqual(len(client.pauses), 3)
            self.assertTrue(all(0.1 <= pause <= 5 for pause in client.pauses), client.pauses)

    def test_pauses_grow_and_are_at_least_what_the_server_asks_for(self) -> None:
        with StubServer(BUSY, AWAY, AWAY, Answer(MODEL)) as server:
            client = server.client()
            register.get_registered_model(model_id="m", client=client)
            self.assertEqual(client.pauses[0], 3.0)
            self.assertLess(client.pauses[1], client.pauses[2])

    def test_a_date_is_understood_as_retry_after(self) -> None:
        past = Answer({}, 503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"})
        with StubServer(past, Answer(MODEL)) as server:
            register.get_registered_model(model_id="m", client=server.client())
            self.assertEqual(len(server.asked), 2)

    def test_it_gives_up_after_the_retries_it_was_given(self) -> None:
        with StubServer(AWAY) as server:
            with self.assertRaises(errors.Unavailable):
                register.get_registered_model(model_id="m", client=server.client(retries=2))
            self.assertEqual(len(server.asked), 3)

    def test_who_is_told_to_come_back_much_later_is_not_kept_waiting(self) -> None:
        with StubServer(Answer({}, 429, {"Retry-After": "3600"})) as server:
            with self.assertRaises(errors.TooManyRequests) as raised:
                register.get_registered_model(model_id="m", client=server.client())
            self.assertEqual(raised.exception.retry_after, 3600)
            self.assertEqual(len(server.asked), 1)

    def test_a_task_is_sent_again_with_the_key_it_had(self) -> None:
        with StubServer(Answer(drop=True), AWAY, Answer(TASK, 202)) as server:
            request = models.NewRetentionTaskRequest(dry_run=True)
            retention_task.create_retention_task(model_id="m", request_body=request, client=server.client())
            retention_task.create_retention_task(model_id="m", request_body=request, client=server.client())
            keys = [asked.headers["Idempotency-Key"] for asked in server.asked]
            self.assertEqual(len(set(keys[:3])), 1)
            self.assertNotEqual(keys[2], keys[3])

    def test_a_post_without_a_key_is_not_sent_twice_unless_it_was_turned_away(self) -> None:
        with StubServer(Answer(drop=True)) as server:
            with self.assertRaises(errors.ConnectionFailed):
                server.client().call("POST", path("things"), body={})
            self.assertEqual(len(server.asked), 1)
        with StubServer(AWAY) as server:
            with self.assertRaises(errors.Unavailable):
                server.client().call("POST", path("things"), body={})
            self.assertEqual(len(server.asked), 1)
        with StubServer(BUSY, Answer({})) as server:
            server.client().call("POST", path("things"), body={})
            self.assertEqual(len(server.asked), 2)

    def test_a_change_of_one_version_is_not_sent_twice(self) -> None:
        policy = models.NewRetentionPolicyRequest(maximum_blob_age=1)
        with StubServer(Answer(drop=True)) as server:
            with self.assertRaises(errors.ConnectionFailed):
                retention_policy.create_retention_policy(model_id="m", request_body=policy, if_match=7, client=server.client())
            self.assertEqual([asked.headers["If-Match"] for asked in server.asked], ['"7"'])

    def test_other_errors_are_not_repeated(self) -> None:
        with StubServer(Answer({}, 500)) as server:
            with self.assertRaises(errors.ApiError):
                register.get_registered_model(model_id="m", client=server.client())
            self.assertEqual(len(server.asked), 1)

    def test_a_server_that_stays_silent_is_given_up(self) -> None:
        silent = threading.Event()

        def wait(_: object) -> Answer:
            silent.wait(30)
            return Answer({})

        with StubServer(wait) as server:
            try:
                with self.assertRaises(errors.ConnectionFailed):
                    register.get_registered_model(model_id="m", client=server.client(timeout=0.05, retries=0))
            finally:
                silent.set()


class Errors(unittest.TestCase):
    def test_each_status_is_an_exception_of_its_own(self) -> None:
        expected = {
            400: errors.Invalid, 401: errors.Unauthorized, 403: errors.Forbidden, 404: errors.NotFound, 409: errors.Conflict,
            410: errors.Gone, 412: errors.Stale, 413: errors.TooLarge, 422: errors.Invalid, 429: errors.TooManyRequests, 503: errors.Unavailable,
            500: errors.ApiError, 502: errors.ApiError,
        }
        for status, kind in expected.items():
            with self.subTest(status=status), StubServer(Answer({}, status)) as server:
                with self.assertRaises(errors.ApiError) as raised:
                    register.get_registered_model(model_id="m", client=server.client(retries=0))
                self.assertIs(type(raised.exception), kind)
                self.assertEqual(raised.exception.status, status)

    def test_a_problem_says_what_the_server_said(self) -> None:
        problem = {
            "type": "urn:inference-store:problem:invalid", "title": "The request breaks a rule", "status": 422, "detail": "1 rule",
            "errors": [{"field": "maximum_blob_age", "rule": "must be given"}], "newer": 1,
        }
        with StubServer(Answer(problem, 422, {"X-Request-Id": "r-1"})) as server:
            with self.assertRaises(errors.Invalid) as raised:
                register.get_registered_model(model_id="m", client=server.client())
        error = raised.exception
        self.assertEqual(error.errors, (errors.FieldError("maximum_blob_age", "must be given"),))
        self.assertEqual((error.title, error.detail, error.request_id), ("The request breaks a rule", "1 rule", "r-1"))
        self.assertEqual(errors.kind(error), "invalid")
        self.assertIn("maximum_blob_age must be given", str(error))
        self.assertIn("r-1", str(error))
        self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))

    def test_what_a_proxy_says_in_between_is_an_error_all_the_same(self) -> None:
        for body in (b"<html>Bad gateway</html>", b"[1]", b"", b'{"errors": 3}'):
            with self.subTest(body=body), StubServer(Answer(body, 502)) as server:
                with self.assertRaises(errors.ApiError):
                    register.get_registered_model(model_id="m", client=server.client())

    def test_an_answer_that_is_no_model_is_said_to_be_none(self) -> None:
        for body in (b"<html>Welcome</html>", b"[1]", b"{}", b""):
            with self.subTest(body=body), StubServer(Answer(body)) as server:
                with self.assertRaises(errors.InferenceStoreError):
                    register.get_registered_model(model_id="m", client=server.client())


class Secrets(unittest.TestCase):
    def test_the_token_goes_to_the_server(self) -> None:
        with StubServer(Answer(MODEL)) as server:
            register.get_registered_model(model_id="m", client=server.client(TOKEN + "\n"))
            self.assertEqual(server.asked[0].headers["Authorization"], f"Bearer {TOKEN}")

    def test_without_a_token_there_is_no_header(self) -> None:
        with StubServer(Answer(MODEL)) as server:
            register.get_registered_model(model_id="m", client=server.client())
            self.assertNotIn("Authorization", server.asked[0].headers)

    def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else(self) -> None:
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status=status), StubServer(Answer(MODEL)) as other:
                moved = Answer({}, status, {"Location": other.url + "/api/v1/models/m"})
                with StubServer(moved) as server, self.assertRaises(errors.ApiError) as raised:
                    register.get_registered_model(model_id="m", client=server.client(TOKEN))
                self.assertEqual(other.asked, [])
                self.assertIn(other.url, str(raised.exception))

    def test_nothing_that_can_be_printed_shows_the_token(self) -> None:
        with StubServer(Answer({}, 401)) as server:
            client = server.client(TOKEN)
            with self.assertRaises(errors.Unauthorized) as raised:
                register.get_registered_model(model_id="m", client=client)
        shown = [repr(client), str(client), repr(raised.exception), str(raised.exception)]
        with self.assertRaises(errors.ConnectionFailed) as failed:
            register.get_registered_model(model_id="m", client=Client("http://127.0.0.1:1", TOKEN, retries=0))
        shown += [repr(failed.exception), str(failed.exception)]
        for wrong in (f"{TOKEN}\r\nX: y", f"{TOKEN} x", f"{TOKEN}\u2026"):
            with self.assertRaises(errors.ConfigurationError) as refused:
                Client("http://127.0.0.1:1", wrong)
            shown.append(str(refused.exception))
        self.assertEqual([text for text in shown if TOKEN in text], [])
        with self.assertRaises(TypeError):
            pickle.dumps(client)


class Addresses(unittest.TestCase):
    def test_server_and_token_come_from_the_environment(self) -> None:
        with StubServer(Answer(MODEL)) as one, StubServer(Answer(MODEL)) as two:
            for server in (one, two):
                with patch.dict(os.environ, INFERENCE_STORE_URL=server.url, INFERENCE_STORE_TOKEN=TOKEN):
                    register.get_registered_model(model_id="m")
                    self.assertIs(default_client(), default_client())
                self.assertEqual(server.asked[0].headers["Authorization"], f"Bearer {TOKEN}")

    def test_without_an_address_it_says_which_variable_is_missing(self) -> None:
        with patch.dict(os.environ):
            os.environ.pop("INFERENCE_STORE_URL", None)
            with self.assertRaisesRegex(errors.ConfigurationError, "INFERENCE_STORE_URL"):
                register.get_registered_model(model_id="m")

    def test_addresses_that_lead_nowhere_are_refused(self) -> None:
        for wrong in ("", "store.example.org", "file:///etc/passwd", "ftp://x", "http://", "http://user:pw@x", "http://x?y=1"):
            with self.subTest(wrong), self.assertRaises(errors.ConfigurationError) as raised:
                Client(wrong)
            self.assertNotIn("pw", str(raised.exception))

    def test_the_address_may_have_a_path_and_that_of_the_api(self) -> None:
        for given in ("http://x/store", "http://x/store/", "http://x/store/api/v1"):
            self.assertEqual(Client(given).url, "http://x/store")

    def test_ids_stay_one_segment_of_the_path(self) -> None:
        self.assertEqual(path("models", "a/b?c#d e%"), "/api/v1/models/a%2Fb%3Fc%23d%20e%25")
        self.assertEqual(path("models", ".."), "/api/v1/models/%2E%2E")
        self.assertEqual(path("models", "a.b"), "/api/v1/models/a.b")
        for wrong in ("", None, 3):
            with self.assertRaises(ValueError):
                path("models", wrong)  # type: ignore[arg-type]

    def test_the_proxy_of_the_environment_is_used(self) -> None:
        with StubServer(Answer(MODEL)) as proxy:
            with patch.dict(os.environ, http_proxy=proxy.url, no_proxy=""):
                register.get_registered_model(model_id="m", client=Client("http://store.invalid", retries=0))
            self.assertEqual(proxy.asked[0].target, "http://store.invalid/api/v1/models/m")


class Threads(unittest.TestCase):
    def test_one_client_serves_many_threads(self) -> None:
        def echo(asked: object) -> Answer:
            return Answer({**MODEL, "model_id": asked.path.rsplit("/", 1)[1]})  # type: ignore[attr-defined]

        with StubServer(echo) as server, ThreadPoolExecutor(16) as threads:
            client = server.client(TOKEN)
            ids = [f"m{i}" for i in range(200)]
            found = threads.map(lambda id: register.get_registered_model(model_id=id, client=client).model_id, ids)
            self.assertEqual(list(found), ids)


class Names(unittest.TestCase):
    def test_the_package_says_its_version(self) -> None:
        self.assertRegex(inference_store.__version__, r"^\d+\.\d+\.\d+$")


if __name__ == "__main__":
    unittest.main()
