"""Retention tasks: runs of a policy, purges and erasures. Make one, look, wait, cancel, undo, read the receipt."""

from __future__ import annotations

import itertools
import uuid
from typing import Any, Dict, List, Optional

from ._json import Span, decode, seconds
from ._pages import PAGE, pages
from ._requests import NewGetRetentionTasksRequest, NewRetentionTaskRequest, Pagination
from ._results import Receipt, RetentionTask
from ._wait import wait_for
from .client import Client, default_client, path


def create_retention_task(
    model_id: str, request_body: NewRetentionTaskRequest, *, client: Optional[Client] = None
) -> RetentionTask:
    """Asks for a run of the model's policy now. It is not done yet when this returns; see :func:`wait_for_retention_task`.

    Args:
        model_id: the model.
        request_body: whether it only counts, and by which policy.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task, as a rule pending.

    Raises:
        NotFound: there is no such model, or it has no policy.
        Conflict: it does not go together with the policy as it is.
    """
    return decode(RetentionTask, once(client, "POST", _path(model_id), request_body.to_json()))


def get_retention_task(model_id: str, retention_task_id: str, *, client: Optional[Client] = None) -> RetentionTask:
    """A task of any kind.

    Args:
        model_id: the model.
        retention_task_id: the task.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such task.
    """
    return decode(RetentionTask, (client or default_client()).call("GET", _path(model_id, retention_task_id)))


def filter_retention_tasks(
    model_id: str, request_body: Optional[NewGetRetentionTasksRequest] = None, *, client: Optional[Client] = None
) -> List[RetentionTask]:
    """The tasks of a model, the newest first.

    Args:
        model_id: the model.
        request_body: which; left out, all.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model.
        Invalid: a filter breaks a rule.
    """
    wanted = request_body or NewGetRetentionTasksRequest()
    pagination = wanted.pagination or Pagination()
    if str(pagination.direction) != "desc":
        raise ValueError("tasks come newest first; reverse the list for the other way")
    end = None if pagination.limit is None else pagination.offset + pagination.limit
    found = pages(client or default_client(), _path(model_id), wanted.to_query(), end)
    return [decode(RetentionTask, task) for task in itertools.islice(found, pagination.offset, end)]


def wait_for_retention_task(
    model_id: str, retention_task_id: str, *, timeout: Span = 300, client: Optional[Client] = None
) -> RetentionTask:
    """Waits until a task has ended, whichever way.

    Args:
        model_id: the model.
        retention_task_id: the task.
        timeout: how long to wait: seconds, or a timedelta.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task; its ``state`` is ``complete``, ``failed`` or ``cancelled``, the last two with the reason in ``error``.

    Raises:
        WaitTimedOut: it has not ended in time, and goes on.
        NotFound: there is no such task.
    """

    def look() -> Optional[RetentionTask]:
        task = get_retention_task(model_id, retention_task_id, client=client)
        return task if task.state.is_final else None

    return wait_for(look, timeout, f"task {retention_task_id} has not ended")


def cancel_retention_task(model_id: str, retention_task_id: str, *, client: Optional[Client] = None) -> RetentionTask:
    """Cancels a task that waits, or asks one that runs to stop before its next step.

    Args:
        model_id: the model.
        retention_task_id: the task.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task; ``claimed`` says what is gone for good.

    Raises:
        NotFound: there is no such task.
        Conflict: it has ended, or is of a kind that cannot be cancelled.
    """
    answer = (client or default_client()).call("POST", _path(model_id, retention_task_id, "cancel"))
    return decode(RetentionTask, answer)


def restore_retention_task(
    model_id: str, retention_task_id: str, *, client: Optional[Client] = None
) -> List[RetentionTask]:
    """Undoes a soft run and those after it: what they hid is there again, and automated runs pause.

    Args:
        model_id: the model.
        retention_task_id: the task.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The tasks that were undone, the oldest first.

    Raises:
        NotFound: there is no such task.
        Conflict: some of it is gone for good, or it is no soft run that is complete.
    """
    answer = (client or default_client()).call("POST", _path(model_id, retention_task_id, "restore"))
    return [decode(RetentionTask, task) for task in answer["restored"]]


def get_receipt(model_id: str, retention_task_id: str, *, client: Optional[Client] = None) -> Receipt:
    """What an erase took, with all its ids and hashes.

    Args:
        model_id: the model.
        retention_task_id: the erase.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such task.
    """
    server = client or default_client()
    where = _path(model_id, retention_task_id, "receipt")
    head = server.call("GET", where, query={"limit": PAGE})
    items: List[Dict[str, Any]] = list(head.get("items", []))
    cursor = head.get("next_cursor")
    while cursor is not None:
        further = server.call("GET", where, query={"limit": PAGE, "cursor": cursor})
        items.extend(further.get("items", []))
        cursor = further.get("next_cursor")
    return decode(Receipt, {**head, "items": items})


def once(client: Optional[Client], method: str, where: str, body: Any = None) -> Any:
    """A call that makes a task, with a key of its own: sent again, it finds the task that the first sending made."""
    return (client or default_client()).call(
        method, where, body=body, headers={"Idempotency-Key": str(uuid.uuid4())}, repeatable=True
    )


def _path(model_id: str, *segments: str) -> str:
    return path("models", model_id, "retention-tasks", *segments)
