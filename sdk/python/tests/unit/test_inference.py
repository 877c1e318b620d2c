from __future__ import annotations

import datetime as dt
import unittest
from typing import Any, List

from inference_store import errors, event, inference, models, retention_task

from .stub import Answer, Asked, StubServer

ALL = [f"i{n}" for n in range(450)]
TASK = {
    "id": "t1", "model_id": "m", "trigger": "erase", "dry_run": False, "delete_action": "hard", "state": "running",
    "created_at": "2026-11-22T12:00:00Z",
}


def item(id: str) -> Any:
    return {"inference_id": id, "model_id": "m", "created_at": "2026-11-22T12:00:00Z", "part": "both"}


class Lists(unittest.TestCase):
    def found(self, server: StubServer, pagination: Any = None) -> List[str]:
        request = models.NewGetInferencesRequest(pagination=pagination)
        found = inference.filter_inferences(model_id="m", request_body=request, client=server.client())
        return [one.inference_id for one in found]

    def test_all_pages_are_read_also_past_short_and_empty_ones(self) -> None:
        pages = [
            {"items": [item("a"), item("b")], "next_cursor": "1"},
            {"items": [], "next_cursor": "2"},
            {"items": [item("c")], "next_cursor": "3"},
            {"items": [item("d")], "next_cursor": None},
        ]
        with StubServer(*map(Answer, pages)) as server:
            self.assertEqual(self.found(server), ["a", "b", "c", "d"])
            self.assertEqual([asked.query.get("cursor") for asked in server.asked], [None, "1", "2", "3"])
            self.assertEqual({asked.query["order"] for asked in server.asked}, {"desc"})

    def test_no_more_is_read_than_was_asked_for(self) -> None:
        def page(asked: Asked) -> Answer:
            start, limit = int(asked.query.get("cursor", "0")), int(asked.query["limit"])
            return Answer({"items": [item(id) for id in ALL[start : start + limit]], "next_cursor": str(start + limit)})

        with StubServer(page) as server:
            ascending = models.PaginationSortDirection.ASCENDING
            self.assertEqual(self.found(server, models.Pagination(limit=5, offset=5, direction=ascending)), ALL[5:10])
            self.assertEqual([(asked.query["limit"], asked.query["order"]) for asked in server.asked], [("10", "asc")])
            self.assertEqual(self.found(server, models.Pagination(limit=300)), ALL[:300])
            self.assertEqual([asked.query["limit"] for asked in server.asked[1:]], ["200", "100"])
            asked = len(server.asked)
            self.assertEqual(self.found(server, models.Pagination(limit=0)), [])
            self.assertEqual(len(server.asked), asked)

    def test_iterating_reads_a_page_when_it_is_needed(self) -> None:
        with StubServer(Answer({"items": [item("a")], "next_cursor": "1"})) as server:
            found = inference.iterate_inferences(model_id="m", client=server.client())
            self.assertEqual(server.asked, [])
            next(found)
            self.assertEqual(len(server.asked), 1)

    def test_counts_add_up(self) -> None:
        answers = [{"count": 3, "exact": False, "next_cursor": "c"}, {"count": 4, "exact": True, "next_cursor": None}]
        with StubServer(*map(Answer, answers)) as server:
            request = models.NewGetInferencesRequest(action_filter="detect")
            count = inference.count_inferences(model_id="m", request_body=request, client=server.client())
            self.assertEqual(count, 7)
            self.assertIs(type(count), int)
            self.assertEqual([asked.query for asked in server.asked], [{"action": "detect"}, {"action": "detect", "cursor": "c"}])

    def test_tasks_come_page_by_page_too(self) -> None:
        task = {**TASK, "state": "complete"}
        with StubServer(Answer({"items": [task], "next_cursor": "1"}), Answer({"items": [task], "next_cursor": None})) as server:
            request = models.NewGetRetentionTasksRequest(state_filter=models.RetentionTaskState.COMPLETE)
            found = retention_task.filter_retention_tasks(model_id="m", request_body=request, client=server.client())
            self.assertEqual(len(found), 2)
            self.assertEqual([asked.query["state"] for asked in server.asked], ["complete", "complete"])


class One(unittest.TestCase):
    def test_a_link_is_asked_for_as_long_as_wanted(self) -> None:
        linked = {**item("a/b"), "input": {"state": "available", "url": "http://x/y", "url_expires_at": "2026-11-22T12:15:00Z"}}
        with StubServer(Answer(linked)) as server:
            for presign in (False, True, dt.timedelta(minutes=1), "PT5M"):
                found = inference.get_inference(model_id="m", inference_id="a/b", presign=presign, client=server.client())
            self.assertEqual([asked.query.get("presign") for asked in server.asked], [None, "PT15M", "PT60S", "PT5M"])
            self.assertEqual(server.asked[0].path, "/api/v1/models/m/inferences/a%2Fb")
            self.assertEqual(found.presigned_url, "http://x/y")

    def test_erasing_by_filter(self) -> None:
        with StubServer(Answer(TASK, 202)) as server:
            filter_ = models.BaseInferenceFilter(inference_ids=["a"])
            task = inference.bulk_delete_inferences(model_id="m", filter_=filter_, except_held=True, client=server.client())
            self.assertEqual(task.trigger, models.RetentionTaskTrigger.ERASE)
            self.assertEqual(server.asked[0].json, {"filter": {"inference_ids": ["a"]}, "dry_run": False, "except_held": True})

    def test_an_erase_does_not_take_a_part_or_the_first_so_many(self) -> None:
        for filter_ in (
            models.NewGetInferencesRequest(action_filter="a", part_filter="request"),
            models.NewGetInferencesRequest(action_filter="a", pagination=models.Pagination(limit=1)),
        ):
            with StubServer(Answer(TASK, 202)) as server, self.assertRaises(ValueError):
                inference.bulk_delete_inferences(model_id="m", filter_=filter_, client=server.client())
            self.assertEqual(server.asked, [])

    def test_erasing_one_is_sent_again_with_the_key_it_had(self) -> None:
        with StubServer(Answer(drop=True), Answer(TASK, 202)) as server:
            inference.delete_inference(model_id="m", inference_id="a", client=server.client())
            first, second = server.asked
            self.assertEqual((first.method, first.headers["Idempotency-Key"]), ("DELETE", second.headers["Idempotency-Key"]))

    def test_cancelling_and_restoring_are_not_sent_twice(self) -> None:
        for call in (retention_task.cancel_retention_task, retention_task.restore_retention_task):
            with self.subTest(call.__name__), StubServer(Answer(drop=True)) as server:
                with self.assertRaises(errors.ConnectionFailed):
                    call(model_id="m", retention_task_id="t1", client=server.client())
                self.assertEqual(len(server.asked), 1)

    def test_an_empty_id_is_never_sent(self) -> None:
        with StubServer(Answer(TASK, 202)) as server:
            with self.assertRaises(ValueError):
                inference.delete_inference(model_id="m", inference_id="", client=server.client())
            self.assertEqual(server.asked, [])

    def test_waiting_ends_with_the_task_or_with_the_time(self) -> None:
        done = {**TASK, "state": "failed", "error": "clock"}
        with StubServer(Answer(TASK), Answer(done)) as server:
            task = retention_task.wait_for_retention_task(model_id="m", retention_task_id="t1", client=server.client())
            self.assertEqual((task.state, task.error), (models.RetentionTaskState.FAILED, "clock"))
        with StubServer(Answer(TASK)) as server, self.assertRaises(errors.WaitTimedOut):
            retention_task.wait_for_retention_task(model_id="m", retention_task_id="t1", timeout=0, client=server.client())

    def test_a_receipt_is_read_whole(self) -> None:
        head = {"task_id": "t1", "model_id": "m", "state": "complete", "final": True}
        erased = {"inference_id": "a", "erased_at": "2026-11-22T12:00:00Z", "sha256": ["00"]}
        pages = [{**head, "items": [erased], "next_cursor": "1"}, {**head, "items": [erased], "next_cursor": None}]
        with StubServer(*map(Answer, pages)) as server:
            receipt = retention_task.get_receipt(model_id="m", retention_task_id="t1", client=server.client())
            self.assertEqual(len(receipt.items), 2)


class Events(unittest.TestCase):
    def test_an_event_names_itself_so_that_it_may_be_sent_twice(self) -> None:
        with StubServer(Answer(drop=True), Answer(b"", 202)) as server:
            id = event.send_event(model_id="m", input=b"\x00\xff", input_content_type="image/png", output={"a": 1}, client=server.client())
            first, second = server.asked
            self.assertEqual(first.body, second.body)
            self.assertEqual(first.headers["Content-Type"], "application/cloudevents+json")
            sent = first.json
            self.assertEqual((sent["id"], sent["modelid"], sent["data"]["inference_id"]), (id, "m", id))
            self.assertEqual(sent["data"]["created_at"], sent["time"])
            self.assertEqual(sent["data"]["input"], {"content_type": "image/png", "data_base64": "AP8="})


if __name__ == "__main__":
    unittest.main()
