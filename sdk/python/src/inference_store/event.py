"""Sending inferences to be stored. Model servers send to Kafka or by their own CloudEvents; this is for everything else."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from typing import Any, Dict, Mapping, Optional

from ._json import Time, time_text, without_none
from .client import Client, default_client, path

_TYPE = "dev.inferencestore.inference"
_SOURCE = "/inference-store/python"


def send_event(
    model_id: str,
    *,
    input: Any = None,
    output: Any = None,
    inference_id: Optional[str] = None,
    created_at: Optional[Time] = None,
    action: Optional[str] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    input_content_type: Optional[str] = None,
    source: str = _SOURCE,
    client: Optional[Client] = None,
) -> str:
    """Sends what a model saw and said. It returns when the event cannot be lost any more; it is stored moments later.

    Sent again with the same ``inference_id`` and ``created_at``, it changes nothing.

    Args:
        model_id: the model.
        input: what it saw: bytes, a text, or a value of JSON; None for nothing.
        output: what it said: a value of JSON; None for nothing.
        inference_id: an id of the caller's; left out, one is made.
        created_at: when it was; left out, now.
        action: what was asked of the model.
        metadata: a JSON object to find it by.
        input_content_type: media type of the input.
        source: who sends, as CloudEvents want it: a URI or a path.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The id of the inference.

    Raises:
        Invalid: the event breaks a rule.
        TooLarge: it has more bytes than the server takes.
        Unavailable: the server could not hand it on; it may be sent again.
    """
    inference_id = inference_id or str(uuid.uuid4())
    moment = time_text("created_at", created_at or dt.datetime.now(dt.timezone.utc))
    data = without_none(
        inference_id=inference_id,
        model_id=model_id,
        created_at=moment,
        action=action,
        input=_input(input, input_content_type),
        output=output,
        metadata=None if metadata is None else dict(metadata),
    )
    attributes = {
        "specversion": "1.0",
        "id": inference_id,
        "source": source,
        "type": _TYPE,
        "time": moment,
        "modelid": model_id,
        "datacontenttype": "application/json",
    }
    (client or default_client()).call(
        "POST",
        path("events"),
        body=json.dumps({**attributes, "data": data}, ensure_ascii=False, allow_nan=False).encode(),
        headers={"Content-Type": "application/cloudevents+json"},
        # Its id and its time are in it, so a second sending is known as such.
        repeatable=True,
    )
    return inference_id


def _input(value: Any, content_type: Optional[str]) -> Optional[Dict[str, Any]]:
    if value is None:
        return None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return without_none(content_type=content_type, data_base64=base64.b64encode(value).decode())
    return without_none(content_type=content_type, data=value)
