"""Replays: store what was sent before. Re-emissions: send what is stored. Ask for one, look, wait, cancel."""

from __future__ import annotations

from typing import List, Optional, Union

from ._enums import ReplayKind, ReplayState
from ._json import Span, decode, without_none
from ._pages import pages
from ._requests import NewReEmitRequest, NewReplayRequest, TimeWindowFilter
from ._results import Replay
from ._wait import wait_for
from .client import Client, default_client, path
from .retention_task import once


def create_replay(
    request_body: Union[NewReplayRequest, NewReEmitRequest], *, client: Optional[Client] = None
) -> Replay:
    """Asks for a replay, or a re-emission. It is not done yet when this returns; see :func:`wait_for_replay`.

    Args:
        request_body: what is read and stored, or what is sent where.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The replay, as a rule pending.

    Raises:
        Invalid: a field breaks a rule.
        Forbidden: it is for an admin of everything.
        NotFound: the model is not registered.
        Conflict: the server has no Flink to submit to; ``detail`` says what to type instead.
    """
    return decode(Replay, once(client, "POST", path("replays"), request_body.to_json()))


def get_replay(replay_id: str, *, client: Optional[Client] = None) -> Replay:
    """A replay: how far it is, and what became of what it read.

    Args:
        replay_id: the replay.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such replay.
    """
    return decode(Replay, (client or default_client()).call("GET", path("replays", replay_id)))


def filter_replays(
    *,
    model_id: Optional[str] = None,
    state: Union[ReplayState, str, None] = None,
    kind: Union[ReplayKind, str, None] = None,
    time_window_filter: Optional[TimeWindowFilter] = None,
    client: Optional[Client] = None,
) -> List[Replay]:
    """The replays that the caller may see, the newest first.

    Args:
        model_id: only those of this model.
        state: only those in this state.
        kind: only those of this kind.
        time_window_filter: only those that were asked for in this time.
        client: the server and who calls; left out, what the environment names.
    """
    window = {} if time_window_filter is None else time_window_filter.to_json()
    query = without_none(model_id=model_id, state=state, kind=kind, **window)
    return [decode(Replay, found) for found in pages(client or default_client(), path("replays"), query)]


def wait_for_replay(replay_id: str, *, timeout: Span = 3600, client: Optional[Client] = None) -> Replay:
    """Waits until a replay has ended, whichever way.

    Args:
        replay_id: the replay.
        timeout: how long to wait: seconds, or a timedelta.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The replay; its ``state`` is ``complete``, ``failed`` or ``cancelled``, the last two with the reason in ``error``.

    Raises:
        WaitTimedOut: it has not ended in time, and goes on.
        NotFound: there is no such replay.
    """

    def look() -> Optional[Replay]:
        replay = get_replay(replay_id, client=client)
        return replay if replay.state.is_final else None

    return wait_for(look, timeout, f"replay {replay_id} has not ended")


def cancel_replay(replay_id: str, *, client: Optional[Client] = None) -> Replay:
    """Stops a replay. What is stored or sent by then stays so.

    Args:
        replay_id: the replay.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The replay; one that runs has ended as soon as its job has stopped.

    Raises:
        NotFound: there is no such replay.
        Conflict: it has ended.
    """
    return decode(Replay, (client or default_client()).call("POST", path("replays", replay_id, "cancel")))
