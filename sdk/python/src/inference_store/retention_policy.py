"""The one retention policy of a model."""

from __future__ import annotations

from typing import Optional

from ._changes import put, version_header
from ._json import Span, decode
from ._requests import NewRetentionPolicyRequest
from ._results import RetentionPolicy, RetentionPreview
from .client import Client, default_client, path


def get_retention_policy(model_id: str, *, client: Optional[Client] = None) -> RetentionPolicy:
    """The policy of a model, its own or that of its project.

    Args:
        model_id: the model.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model, or it has no policy.
    """
    return decode(RetentionPolicy, (client or default_client()).call("GET", _path(model_id)))


def create_retention_policy(
    model_id: str,
    request_body: NewRetentionPolicyRequest,
    *,
    wait: Optional[Span] = None,
    if_match: Optional[int] = None,
    client: Optional[Client] = None,
) -> RetentionPolicy:
    """Sets the policy of a model; one that is there keeps its id and gets the next version. It holds at once, for what is stored too.

    Args:
        model_id: the model.
        request_body: ages and interval in hours.
        wait: how long to wait until the job has evaluated it: seconds, or a timedelta, at most a minute.
        if_match: replace only this version.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The policy; ``claimed`` says what is gone for good whatever the policy says now.

    Raises:
        Invalid: a rule is broken, such as a record that would go before its input.
        NotFound: there is no such model.
        Stale: the policy has another version than ``if_match``.
    """
    answer = put(client, _path(model_id), request_body.to_json(), wait=wait, if_match=if_match)
    return decode(RetentionPolicy, answer)


def delete_retention_policy(
    model_id: str, *, if_match: Optional[int] = None, client: Optional[Client] = None
) -> RetentionPolicy:
    """Deletes a model's own policy. What is left stays, unless its project has a default policy.

    Args:
        model_id: the model.
        if_match: delete only this version.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The policy as it was; ``replaced_by`` is the project's default, where there is one.

    Raises:
        NotFound: there is no such model, or it has no policy. Also when an earlier try, whose answer was lost, deleted it.
        Conflict: the policy is the project's.
    """
    answer = (client or default_client()).call("DELETE", _path(model_id), headers=version_header(if_match))
    return decode(RetentionPolicy, answer)


def preview_retention_policy(
    model_id: str, request_body: NewRetentionPolicyRequest, *, client: Optional[Client] = None
) -> RetentionPreview:
    """What a policy would find if it ran now; changes nothing.

    Args:
        model_id: the model.
        request_body: the policy to try.
        client: the server and who calls; left out, what the environment names.

    Raises:
        Invalid: a rule is broken.
        NotFound: there is no such model.
    """
    answer = (client or default_client()).call(
        "POST",
        path("models", model_id, "retention-policy", "preview"),
        body=request_body.to_json(),
        repeatable=True,
    )
    return decode(RetentionPreview, answer)


def _path(model_id: str) -> str:
    return path("models", model_id, "retention-policy")
