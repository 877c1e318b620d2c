from __future__ import annotations

import time
import unittest
import uuid
from typing import List

from inference_store import dead_letter, errors, models, register
from inference_store.client import default_client

from .live import new_model

BROKEN = b'{"inference_id": "i", '


def broken_event(model_id: str) -> str:
    """Sends an event that is not JSON, and says its id."""
    id = uuid.uuid4().hex
    headers = {
        "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": id, "ce-source": "/sdk", "ce-modelid": model_id,
        "ce-type": "dev.inferencestore.inference",
    }
    default_client().call("POST", "/events", body=BROKEN, headers=headers)
    return id


def wait_for_letters(model_id: str, count: int) -> List[models.DeadLetterEntry]:
    """The letters of a model, the newest first, once there are so many."""
    deadline = time.monotonic() + 60
    while True:
        found = dead_letter.filter_dead_letters(models.DeadLetterFilter(model_id=model_id))
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


class DeadLetters(unittest.TestCase):
    def test_a_letter_is_found_looked_at_and_replayed(self) -> None:
        model_id = new_model(self)
        event_id = broken_event(model_id)
        (letter,) = wait_for_letters(model_id, 1)
        self.assertEqual((letter.reason, letter.model_id, letter.event_id), ("json_invalid", model_id, event_id))
        self.assertEqual((letter.topic, letter.cut, letter.replayed), ("inference-store.inferences", False, None))
        shown = dead_letter.get_dead_letter(dead_letter_id=letter.id)
        self.assertEqual({header.name: header.value for header in shown.headers}["ce_modelid"], model_id)
        self.assertEqual(dead_letter.download_dead_letter(dead_letter_id=letter.id), BROKEN)

        dry = dead_letter.replay_dead_letters(filter_=models.DeadLetterFilter(model_id=model_id), dry_run=True)
        self.assertEqual((dry.matched, dry.replayed), (1, 0))
        done = dead_letter.replay_dead_letters(dead_letter_ids=[letter.id])
        self.assertEqual((done.replayed, done.skipped, done.cannot), (1, 0, []))

        # What is not mended is a new letter, of the same event, as of the same time.
        again, first = wait_for_letters(model_id, 2)
        self.assertEqual((first.id, first.replayed and first.replayed.times), (letter.id, 1))
        self.assertEqual((again.event_id, again.timestamp, again.replayed), (event_id, letter.timestamp, None))
        self.assertNotEqual(again.offset, letter.offset)
        headers = {header.name: header.value for header in dead_letter.get_dead_letter(dead_letter_id=again.id).headers}
        self.assertEqual(headers["inferencestore-deadletter"], letter.id)
        self.assertEqual(dead_letter.download_dead_letter(dead_letter_id=again.id), BROKEN)
        self.assertEqual(dead_letter.replay_dead_letters(dead_letter_ids=[letter.id]).skipped, 1)

        # The job says so once a second.
        deadline = time.monotonic() + 60
        while register.get_ingest(model_id=model_id).dead_lettered != {"json_invalid": 2} and time.monotonic() < deadline:
            time.sleep(0.1)
        counts = dead_letter.count_dead_letters(model_id=model_id)
        self.assertEqual([(each.reason, each.count) for each in counts.reasons], [("json_invalid", 2)])
        self.assertTrue(dead_letter.count_dead_letters().exact)

    def test_a_letter_that_is_not_there_is_not_found(self) -> None:
        with self.assertRaises(errors.NotFound) as raised:
            dead_letter.get_dead_letter(dead_letter_id="0-999999999")
        self.assertEqual(errors.kind(raised.exception), "unknown-dead-letter")


if __name__ == "__main__":
    unittest.main()
