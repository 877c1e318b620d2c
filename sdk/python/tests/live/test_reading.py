from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tarfile
import tempfile
import unittest
import urllib.error
import urllib.request
from typing import List

from inference_store import errors, event, inference, models, register

from .live import new_model, stored

Operator = models.MetadataFilterOperator
Type = models.MetadataFilterType
START = dt.datetime.now(dt.timezone.utc).replace(microsecond=0) - dt.timedelta(hours=1)
PICTURE = os.urandom(40_000)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Reading(unittest.TestCase):
    model_id: str

    @classmethod
    def setUpClass(cls) -> None:
        test = cls("setUp")
        cls.addClassCleanup(test.doCleanups)
        cls.model_id = new_model(test)
        for n in range(12):
            event.send_event(
                model_id=cls.model_id,
                inference_id=f"i-{n}",
                created_at=START + dt.timedelta(minutes=n),
                action="detect" if n % 2 else "segment",
                input=PICTURE + bytes([n]),
                input_content_type="image/png",
                output={"boxes": [[n, 0, 1, 1]]},
                metadata={"frame": n, "camera": "north" if n < 6 else "south", "latitude": 48 + n / 100, "longitude": 11.5, "tags": ["a", str(n)]},
            )
        for n in range(12):
            inference.wait_for_inference(model_id=cls.model_id, inference_id=f"i-{n}")

    def setUp(self) -> None:
        """Everything is there already."""

    def found(self, **wanted: object) -> List[str]:
        request = models.NewGetInferencesRequest(**wanted)  # type: ignore[arg-type]
        found = inference.filter_inferences(model_id=self.model_id, request_body=request)
        self.assertEqual(inference.count_inferences(model_id=self.model_id, request_body=request), len(found))
        return [one.inference_id for one in found]

    def test_one_inference_has_all_that_was_sent(self) -> None:
        found = inference.get_inference(model_id=self.model_id, inference_id="i-3")
        self.assertEqual((found.model_id, found.action, found.part), (self.model_id, "detect", models.InferencePart.BOTH))
        self.assertEqual(found.created_at, START + dt.timedelta(minutes=3))
        self.assertEqual((found.metadata["frame"], found.metadata["camera"]), (3, "north"))
        assert found.output is not None
        self.assertEqual(found.output.data, {"boxes": [[3, 0, 1, 1]]})
        self.assertEqual((found.input.state, found.input.size), ("available", 40_001))
        self.assertEqual(found.data_hash, sha256(PICTURE + b"\x03"))
        self.assertEqual(found.input.content_type, "image/png")
        self.assertIsNone(found.presigned_url)

    def test_what_is_not_there_is_not_found(self) -> None:
        with self.assertRaises(errors.NotFound):
            inference.get_inference(model_id=self.model_id, inference_id="nobody")
        with self.assertRaises(errors.NotFound):
            inference.filter_inferences(model_id="nobody")

    def test_all_come_the_newest_first(self) -> None:
        self.assertEqual(self.found(), [f"i-{n}" for n in reversed(range(12))])

    def test_a_part_of_the_list_either_way(self) -> None:
        for direction, expected in (("asc", ["i-5", "i-6"]), ("desc", ["i-6", "i-5"])):
            request = models.NewGetInferencesRequest(pagination=models.Pagination(limit=2, offset=5, direction=direction))
            found = inference.filter_inferences(model_id=self.model_id, request_body=request)
            self.assertEqual([one.inference_id for one in found], expected)

    def test_a_time_window_begins_with_its_start_and_ends_before_its_end(self) -> None:
        window = models.TimeWindowFilter(start=START + dt.timedelta(minutes=2), end=START + dt.timedelta(minutes=4))
        self.assertEqual(self.found(time_window_filter=window), ["i-3", "i-2"])

    def test_metadata_are_compared_by_their_type(self) -> None:
        for condition, expected in (
            (models.MetadataFilter("frame", Type.INTEGER, Operator.GREATER_THAN, 9), [10, 11]),
            (models.MetadataFilter("frame", Type.INTEGER, Operator.LESS_THAN_OR_EQUAL, "1"), [0, 1]),
            (models.MetadataFilter("frame", Type.FLOAT, Operator.IN, [1, 2.0]), [1, 2]),
            (models.MetadataFilter("camera", Type.STRING, Operator.NOT_EQUAL, "north"), range(6, 12)),
            (models.MetadataFilter("tags", Type.JSON, Operator.CONTAINS, ["7"]), [7]),
            (models.MetadataFilter("fog", operator=Operator.EXISTS), []),
            (models.MetadataFilter("camera", operator=Operator.EXISTS), range(12)),
            (models.MetadataFilter("fog", operator=Operator.EXISTS, value=False), range(12)),
        ):
            with self.subTest(condition):
                self.assertEqual(self.found(metadata_filter=[condition]), [f"i-{n}" for n in reversed(expected)])

    def test_all_filters_together(self) -> None:
        box = models.BoundingBox(min_latitude=48.03, max_latitude=48.08, min_longitude=11, max_longitude=12)
        self.assertEqual(self.found(bounding_box_filter=box), ["i-8", "i-7", "i-6", "i-5", "i-4", "i-3"])
        north = [models.MetadataFilter("camera", value="north")]
        self.assertEqual(self.found(bounding_box_filter=box, action_filter="detect", metadata_filter=north), ["i-5", "i-3"])
        self.assertEqual(self.found(inference_ids=["i-5"], part_filter=models.InferencePart.BOTH), ["i-5"])

    def test_a_wrong_filter_is_named(self) -> None:
        with self.assertRaises(errors.Invalid) as raised:
            self.found(metadata_filter=[models.MetadataFilter("frame", operator="about", value=1)])
        self.assertIn("metadata", str(raised.exception))

    def test_the_input_comes_as_it_was_sent(self) -> None:
        self.assertTrue(inference.download_input(model_id=self.model_id, inference_id="i-4") == PICTURE + b"\x04")
        with tempfile.TemporaryDirectory() as directory:
            file = os.path.join(directory, "i-4.png")
            self.assertEqual(inference.download_input(self.model_id, "i-4", file), 40_001)
            with open(file, "rb") as read:
                self.assertEqual(sha256(read.read()), sha256(PICTURE + b"\x04"))
        self.assertEqual(json.loads(inference.download_output(model_id=self.model_id, inference_id="i-4")), {"boxes": [[4, 0, 1, 1]]})

    def test_a_link_needs_no_token_and_ends(self) -> None:
        linked = inference.get_inference(model_id=self.model_id, inference_id="i-5", presign=True)
        assert linked.presigned_url is not None and linked.input.url_expires_at is not None
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(linked.presigned_url, timeout=30) as answer:
            self.assertEqual(sha256(answer.read()), sha256(PICTURE + b"\x05"))
        left = linked.input.url_expires_at - dt.datetime.now(dt.timezone.utc)
        self.assertTrue(dt.timedelta(minutes=10) < left <= dt.timedelta(minutes=16), left)
        with self.assertRaises(urllib.error.HTTPError):
            forged = linked.presigned_url[:-2] + ("AA" if linked.presigned_url[-2:] != "AA" else "BB")
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(forged, timeout=30)

    def test_inputs_of_several_come_as_a_tar(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            file = os.path.join(directory, "inputs.tar")
            inference.download_inputs(self.model_id, ["i-1", "i-2"], file)
            with tarfile.open(file) as tar:
                found = {sha256(tar.extractfile(entry).read()) for entry in tar if entry.size == 40_001}  # type: ignore[union-attr]
            self.assertEqual(found, {sha256(PICTURE + b"\x01"), sha256(PICTURE + b"\x02")})

    def test_an_export_has_records_inputs_and_an_end(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            file = os.path.join(directory, "export.tar")
            south = models.BaseInferenceFilter(metadata_filter=[models.MetadataFilter("camera", value="south")])
            inference.export_inferences(self.model_id, file, south)
            with tarfile.open(file) as tar:
                records = b"".join(tar.extractfile(entry).read() for entry in tar if entry.name.endswith(".jsonl"))  # type: ignore[union-attr]
                self.assertEqual(tar.getnames()[-1], "export.json")
                self.assertEqual(len([entry for entry in tar if entry.size == 40_001]), 6)
            ids = {json.loads(line)["inference_id"] for line in records.splitlines()}
            self.assertEqual(ids, {f"i-{n}" for n in range(6, 12)})

    def test_metadata_can_be_added_later(self) -> None:
        model_id = new_model(self)
        stored(model_id, "first", input="hello", output={}, metadata={"camera": "north"})
        with self.assertRaises(errors.Conflict):
            inference.update_metadata(model_id=model_id, inference_id="first", metadata={"camera": "south"})
        for label in ("dog", "cat"):
            inference.update_metadata(model_id=model_id, inference_id="first", metadata={"label": label})
        found = inference.get_inference(model_id=model_id, inference_id="first")
        self.assertEqual(found.metadata, {"camera": "north", "label": "cat"})
        again = inference.update_metadata(model_id=model_id, inference_id="first", metadata={"label": None})
        self.assertEqual(again.metadata, {"camera": "north"})

    def test_an_event_that_comes_twice_is_stored_once(self) -> None:
        model_id = new_model(self)
        for _ in range(2):
            event.send_event(model_id=model_id, inference_id="first", created_at=START, input="hello", output={})
        stored(model_id, "second", input="hello", output={}, created_at=START)
        self.assertEqual(inference.count_inferences(model_id=model_id), 2)
        self.assertEqual(register.get_registered_model(model_id=model_id).stored.records, 2)


if __name__ == "__main__":
    unittest.main()
