"""Legal holds: what is held stays, and stays visible, whatever a policy, an erase or unregistering wants."""

from __future__ import annotations

from typing import List, Optional

from ._json import decode
from ._pages import pages
from ._requests import NewHoldRequest
from ._results import Hold
from .client import Client, default_client, path


def create_hold(
    model_id: str, hold_id: str, request_body: NewHoldRequest, *, client: Optional[Client] = None
) -> Hold:
    """Places a hold, or puts it in the place of the one with that id.

    Args:
        model_id: the model.
        hold_id: an id of the caller's, such as ``case-7``.
        request_body: why, and what is held.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The hold; ``claimed`` says what is gone for good and no hold brings back.

    Raises:
        Invalid: a rule is broken.
        NotFound: there is no such model.
    """
    answer = (client or default_client()).call("PUT", _path(model_id, hold_id), body=request_body.to_json())
    return decode(Hold, answer)


def get_hold(model_id: str, hold_id: str, *, client: Optional[Client] = None) -> Hold:
    """A hold.

    Args:
        model_id: the model.
        hold_id: the hold.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such hold.
    """
    return decode(Hold, (client or default_client()).call("GET", _path(model_id, hold_id)))


def filter_holds(model_id: str, *, client: Optional[Client] = None) -> List[Hold]:
    """All holds of a model, by id.

    Args:
        model_id: the model.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model.
    """
    return [decode(Hold, hold) for hold in pages(client or default_client(), _path(model_id), {})]


def delete_hold(model_id: str, hold_id: str, *, client: Optional[Client] = None) -> Hold:
    """Lifts a hold. What only it kept back is hidden and goes with the next run.

    Args:
        model_id: the model.
        hold_id: the hold.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The hold as it was.

    Raises:
        NotFound: there is no such hold. Also when an earlier try, whose answer was lost, lifted it.
    """
    return decode(Hold, (client or default_client()).call("DELETE", _path(model_id, hold_id)))


def _path(model_id: str, *segments: str) -> str:
    return path("models", model_id, "holds", *segments)
