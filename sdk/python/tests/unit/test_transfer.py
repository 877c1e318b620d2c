from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
import tempfile
import unittest
from typing import Optional

from inference_store import errors, inference, models

from .stub import Answer, Asked, StubServer

BYTES = os.urandom(600_000)


def answer(body: bytes, stored: bytes, cut: Optional[int] = None) -> Answer:
    digest = base64.b64encode(hashlib.sha256(stored).digest()).decode()
    return Answer(body, headers={"Repr-Digest": f"sha-256=:{digest}:"}, cut=cut)


def archive(*names: str) -> bytes:
    to = io.BytesIO()
    with tarfile.open(fileobj=to, mode="w") as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 1000
            tar.addfile(info, io.BytesIO(bytes(1000)))
    return to.getvalue()


class Inputs(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.file = os.path.join(self.directory, "input")

    def test_bytes_are_those_that_were_stored(self) -> None:
        with StubServer(answer(BYTES, BYTES)) as server:
            self.assertEqual(inference.download_input(model_id="m", inference_id="i", client=server.client()), BYTES)
            self.assertEqual(server.asked[0].path, "/api/v1/models/m/inferences/i/input")

    def test_a_file_is_there_whole(self) -> None:
        with StubServer(answer(BYTES, BYTES)) as server:
            size = inference.download_input("m", "i", self.file, client=server.client())
        self.assertEqual(size, len(BYTES))
        with open(self.file, "rb") as read:
            self.assertEqual(read.read(), BYTES)
        self.assertEqual(os.listdir(self.directory), ["input"])

    def test_other_bytes_are_not_handed_over(self) -> None:
        with StubServer(answer(BYTES, b"other"), Answer(BYTES)) as server:
            for _ in ("other bytes", "no digest"):
                with self.assertRaises(errors.DamagedDownload):
                    inference.download_input("m", "i", self.file, client=server.client())
        self.assertEqual(os.listdir(self.directory), [])

    def test_bytes_that_end_early_are_not_handed_over_and_leave_what_was_there(self) -> None:
        with open(self.file, "w") as before:
            before.write("before")
        with StubServer(answer(BYTES, BYTES, cut=1000)) as server:
            with self.assertRaises(errors.ConnectionFailed):
                inference.download_input("m", "i", self.file, client=server.client())
        with open(self.file) as read:
            self.assertEqual(read.read(), "before")
        self.assertEqual(os.listdir(self.directory), ["input"])

    def test_an_input_that_has_expired_is_gone(self) -> None:
        with StubServer(Answer({"title": "gone"}, 410)) as server:
            with self.assertRaises(errors.Gone):
                inference.download_input(model_id="m", inference_id="i", client=server.client())

    def test_an_output_has_no_digest(self) -> None:
        with StubServer(Answer(BYTES)) as server:
            self.assertEqual(inference.download_output(model_id="m", inference_id="i", client=server.client()), BYTES)

    def test_an_export_ends_with_its_summary(self) -> None:
        whole = archive("records-00001.jsonl", "i.png", "export.json")
        with StubServer(Answer(whole)) as server:
            filter_ = models.BaseInferenceFilter(action_filter="detect")
            size = inference.export_inferences("m", self.file, filter_, inputs=False, client=server.client())
            self.assertEqual(server.asked[0].json, {"filter": {"action": "detect"}, "inputs": False})
        self.assertEqual(size, len(whole))
        with tarfile.open(self.file) as tar:
            self.assertEqual(tar.getnames()[-1], "export.json")

    def test_an_archive_without_its_end_is_none(self) -> None:
        whole = archive("records-00001.jsonl", "export.json")
        for wrong in (archive("records-00001.jsonl"), whole[:1200], b"", b"x" * 2000):
            with self.subTest(len(wrong)), StubServer(Answer(wrong)) as server:
                with self.assertRaises(errors.DamagedDownload):
                    inference.export_inferences("m", self.file, client=server.client())
            self.assertEqual(os.listdir(self.directory), [])

    def test_inputs_of_many_come_as_one_archive(self) -> None:
        def many(asked: Asked) -> Answer:
            return Answer(archive(*asked.json["inference_ids"], "inputs.jsonl"))

        with StubServer(many) as server:
            inference.download_inputs("m", ["a", "b"], self.file, client=server.client())
        with tarfile.open(self.file) as tar:
            self.assertEqual(tar.getnames(), ["a", "b", "inputs.jsonl"])
        with StubServer(Answer(archive("a"))) as server, self.assertRaises(errors.DamagedDownload):
            inference.download_inputs("m", ["a", "b"], self.file, client=server.client())


if __name__ == "__main__":
    unittest.main()
