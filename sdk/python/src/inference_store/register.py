"""Models in the registry: register, switch storage, look, unregister."""

from __future__ import annotations

from typing import List, Optional

from ._changes import put, version_header
from ._json import Span, Time, decode, times
from ._pages import pages
from ._requests import NewRegisterModelRequest
from ._results import Ingest, RegisteredModel, RetentionTask
from .client import Client, default_client, path


def register_model_for_inference_storage(
    request_body: NewRegisterModelRequest,
    model_id: Optional[str] = None,
    *,
    if_match: Optional[int] = None,
    client: Optional[Client] = None,
) -> RegisteredModel:
    """Registers a model, or replaces its registration. Storage stays as it is: switch it on by :func:`set_storage`.

    Args:
        request_body: the registration.
        model_id: the model, unless the request has it.
        if_match: replace only this version.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The model as it is registered now.

    Raises:
        Invalid: a field breaks a rule.
        Conflict: the model is being erased, or its policy breaks a limit of the project.
        Stale: it has another version than ``if_match``.
    """
    named = {name for name in (model_id, request_body.model_id) if name is not None}
    if len(named) != 1:
        raise ValueError("model_id must be given" if not named else "model_id and that of the request differ")
    return decode(RegisteredModel, put(client, path("models", named.pop()), request_body.to_json(), if_match=if_match))


def set_storage(
    model_id: str,
    enabled: bool,
    *,
    since: Optional[Time] = None,
    wait: Optional[Span] = None,
    if_match: Optional[int] = None,
    client: Optional[Client] = None,
) -> RegisteredModel:
    """Switches whether the model's inferences are stored. What is stored stays under its policy.

    Args:
        model_id: the model.
        enabled: whether to store.
        since: store also what was sent from this time on, as far back as Kafka reaches: an aware datetime, or a text. With ``enabled``
            True only.
        wait: how long to wait until the running job does so: seconds, or a timedelta, at most a minute.
        if_match: switch only this version of the model.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The model; ``storage.in_effect`` says whether the job has it already, ``storage.in_effect_reason`` why not. With ``since``,
        ``backfill`` names the replay, for :func:`inference_store.replay.wait_for_replay`.

    Raises:
        NotFound: the model is not registered.
        Conflict: the server has no Flink to submit the replay to; nothing is switched.
        Stale: it has another version than ``if_match``.
    """
    body = {"enabled": enabled, **times(since=since)}
    return decode(RegisteredModel, put(client, path("models", model_id, "storage"), body, wait=wait, if_match=if_match))


def get_registered_model(model_id: str, *, client: Optional[Client] = None) -> RegisteredModel:
    """A model with its storage, its policy in short, and what it has stored.

    Args:
        model_id: the model.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: the model is not registered.
    """
    return decode(RegisteredModel, (client or default_client()).call("GET", path("models", model_id)))


def filter_registered_models(
    *, project_id: Optional[str] = None, enabled: Optional[bool] = None, client: Optional[Client] = None
) -> List[RegisteredModel]:
    """The models that the caller may see, by id.

    Args:
        project_id: only those of this project.
        enabled: only those with storage on, or off.
        client: the server and who calls; left out, what the environment names.
    """
    found = pages(client or default_client(), path("models"), {"project_id": project_id, "enabled": enabled})
    return [decode(RegisteredModel, model) for model in found]


def get_ingest(model_id: str, *, client: Optional[Client] = None) -> Ingest:
    """What became of the model's events, and why they are not stored.

    Args:
        model_id: the model.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: the model is not registered; ``detail`` says how many events name it.
    """
    return decode(Ingest, (client or default_client()).call("GET", path("models", model_id, "ingest")))


def unregister_model(
    model_id: str, *, erase: bool = False, if_match: Optional[int] = None, client: Optional[Client] = None
) -> Optional[RetentionTask]:
    """Takes a model out of the store.

    Args:
        model_id: the model.
        erase: erase what it has stored, which else is a conflict.
        if_match: only this version of the model.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task that erases; None where nothing was stored and the model is gone already.

    Raises:
        NotFound: the model is not registered.
        Conflict: something is stored and ``erase`` is False.
    """
    answer = (client or default_client()).call(
        "DELETE", path("models", model_id), query={"erase": True if erase else None}, headers=version_header(if_match)
    )
    return decode(RetentionTask, answer) if "trigger" in answer else None
