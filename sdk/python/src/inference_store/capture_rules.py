"""The capture rules of a model: which part of its traffic is stored. Show, set, delete."""

from __future__ import annotations

from typing import Optional

from ._changes import put, version_header
from ._json import Span, decode
from ._requests import NewCaptureRulesRequest
from ._results import CaptureRules
from .client import Client, default_client, path


def get_capture_rules(model_id: str, *, client: Optional[Client] = None) -> CaptureRules:
    """The capture rules of a model.

    Args:
        model_id: the model.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model, or it has no rules: all of its traffic is stored.
    """
    return decode(CaptureRules, (client or default_client()).call("GET", _path(model_id)))


def set_capture_rules(
    model_id: str,
    request_body: NewCaptureRulesRequest,
    *,
    wait: Optional[Span] = None,
    if_match: Optional[int] = None,
    client: Optional[Client] = None,
) -> CaptureRules:
    """Sets which part of a model's traffic is stored from now on; what is stored already, and what Kafka has, stays as it is.

    All rules that the model had are replaced: to change one and keep the others, begin with :meth:`.NewCaptureRulesRequest.like`.

    Args:
        model_id: the model.
        request_body: the rules; sizes in bytes, the sample as a share between 0 and 1.
        wait: how long to wait until the running job obeys them: seconds, or a timedelta, at most a minute.
        if_match: replace only this version.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The rules; ``in_effect`` says whether the job has them already, ``in_effect_reason`` why not. Setting what is so already
        makes no new version.

    Raises:
        Invalid: a rule cannot be obeyed, such as a pointer that leads nowhere, or neither inputs nor outputs.
        NotFound: there is no such model.
        Stale: the rules have another version than ``if_match``, or there are none.
    """
    answer = put(client, _path(model_id), request_body.to_json(), wait=wait, if_match=if_match)
    return decode(CaptureRules, answer)


def delete_capture_rules(model_id: str, *, if_match: Optional[int] = None, client: Optional[Client] = None) -> CaptureRules:
    """Ends the capture rules of a model: from now on all of its traffic is stored, as it was sent.

    Args:
        model_id: the model.
        if_match: delete only this version.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The rules as they were.

    Raises:
        NotFound: there is no such model, or it has no rules. Also when an earlier try, whose answer was lost, deleted them.
        Stale: the rules have another version than ``if_match``.
    """
    answer = (client or default_client()).call("DELETE", _path(model_id), headers=version_header(if_match))
    return decode(CaptureRules, answer)


def _path(model_id: str) -> str:
    return path("models", model_id, "capture-rules")
