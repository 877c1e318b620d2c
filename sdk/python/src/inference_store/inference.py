"""What is stored: list, count, read, download, export, add metadata, erase."""

from __future__ import annotations

import itertools
from typing import Any, Dict, Iterator, List, Mapping, Optional, Union

from ._json import Span, Time, decode, plain, span_text, times
from ._pages import pages
from ._requests import BaseInferenceFilter, NewGetInferencesRequest, Pagination
from ._results import Inference, RetentionTask
from ._transfer import download_input as download_input
from ._transfer import download_inputs as download_inputs
from ._transfer import download_output as download_output
from ._transfer import export_inferences as export_inferences
from ._wait import wait_for
from .client import Client, default_client, path
from .errors import NotFound
from .retention_task import once

_LINK_STAYS = "PT15M"

Presign = Union[bool, Span, None]


def filter_inferences(
    model_id: str,
    request_body: Optional[NewGetInferencesRequest] = None,
    *,
    presign: Presign = False,
    client: Optional[Client] = None,
) -> List[Inference]:
    """Inferences of a model, all in one list; :func:`iterate_inferences` takes less memory.

    Args:
        model_id: the model.
        request_body: which, how many and in which order; left out, all, the newest first.
        presign: whether each input gets a link that needs no token, or for how long, in seconds or as a timedelta.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model.
        Invalid: a filter breaks a rule.
    """
    return list(iterate_inferences(model_id, request_body, presign=presign, client=client))


def iterate_inferences(
    model_id: str,
    request_body: Optional[NewGetInferencesRequest] = None,
    *,
    presign: Presign = False,
    client: Optional[Client] = None,
) -> Iterator[Inference]:
    """The same as :func:`filter_inferences`, page by page as they are asked for.

    Args:
        model_id: the model.
        request_body: which, how many and in which order; left out, all, the newest first.
        presign: whether each input gets a link that needs no token, or for how long, in seconds or as a timedelta.
        client: the server and who calls; left out, what the environment names.
    """
    wanted = request_body or NewGetInferencesRequest()
    pagination = wanted.pagination or Pagination()
    end = None if pagination.limit is None else pagination.offset + pagination.limit
    query = {**wanted.to_query(), "order": plain(pagination.direction), "presign": _presign(presign)}
    found = pages(client or default_client(), _path(model_id), query, end)
    for item in itertools.islice(found, pagination.offset, end):
        yield decode(Inference, item)


def count_inferences(
    model_id: str, request_body: Optional[NewGetInferencesRequest] = None, *, client: Optional[Client] = None
) -> int:
    """How many inferences of a model meet a filter. Responses without a request are left out where they are very many.

    Args:
        model_id: the model.
        request_body: which; left out, all. Its pagination is not looked at.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such model.
        Invalid: a filter breaks a rule.
    """
    server = client or default_client()
    query = (request_body or NewGetInferencesRequest()).to_query()
    count, cursor = 0, None
    while True:
        # A count looks at a bounded number of rows a call, and says where it goes on.
        answer = server.call("GET", _path(model_id, "count"), query={**query, "cursor": cursor})
        count += answer["count"]
        cursor = answer.get("next_cursor")
        if cursor is None:
            return int(count)


def get_inference(
    model_id: str,
    inference_id: str,
    presign: Presign = False,
    *,
    created_at: Optional[Time] = None,
    client: Optional[Client] = None,
) -> Inference:
    """One inference with its output, its metadata and the state of its input.

    Args:
        model_id: the model.
        inference_id: the inference.
        presign: whether ``input.url`` is a link that needs no token, or for how long, in seconds or as a timedelta.
            True means 15 minutes. The link ends earlier when the input expires or is erased.
        created_at: which, where several have the id; left out, the newest.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such inference.
    """
    query = {**times(created_at=created_at), "presign": _presign(presign)}
    return decode(Inference, (client or default_client()).call("GET", _path(model_id, inference_id), query=query))


def wait_for_inference(
    model_id: str, inference_id: str, *, timeout: Span = 60, client: Optional[Client] = None
) -> Inference:
    """Waits until an inference that was sent is stored.

    Args:
        model_id: the model.
        inference_id: the inference.
        timeout: how long to wait: seconds, or a timedelta.
        client: the server and who calls; left out, what the environment names.

    Raises:
        WaitTimedOut: it is not stored in time; :func:`inference_store.register.get_ingest` says why.
    """

    def look() -> Optional[Inference]:
        try:
            return get_inference(model_id, inference_id, client=client)
        except NotFound:
            return None

    return wait_for(look, timeout, f"inference {inference_id!r} is not stored: see get_ingest")


def update_metadata(
    model_id: str,
    inference_id: str,
    metadata: Mapping[str, Any],
    *,
    created_at: Optional[Time] = None,
    client: Optional[Client] = None,
) -> Inference:
    """Adds metadata to a stored inference. What the sender said stays as it is; what was added can be changed.

    Args:
        model_id: the model.
        inference_id: the inference.
        metadata: what to add; None takes away what was added.
        created_at: which, where several have the id; left out, the newest.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The inference as it is now.

    Raises:
        NotFound: there is no such inference.
        Conflict: the sender has said one of the keys.
        Invalid: the metadata break a rule.
    """
    answer = (client or default_client()).call(
        "PATCH",
        _path(model_id, inference_id, "metadata"),
        query=times(created_at=created_at),
        body=dict(metadata),
        # Twice is as good as once.
        repeatable=True,
    )
    return decode(Inference, answer)


def delete_inference(model_id: str, inference_id: str, *, client: Optional[Client] = None) -> RetentionTask:
    """Erases one inference, all its halves, every copy.

    Args:
        model_id: the model.
        inference_id: the inference.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task that erases; see :func:`inference_store.retention_task.wait_for_retention_task`.

    Raises:
        NotFound: there is no such inference.
        Conflict: it is held.
    """
    return decode(RetentionTask, once(client, "DELETE", _path(model_id, inference_id)))


def bulk_delete_inferences(
    model_id: str,
    filter_: BaseInferenceFilter,
    *,
    dry_run: bool = False,
    except_held: bool = False,
    client: Optional[Client] = None,
) -> RetentionTask:
    """Erases what a filter means, every copy.

    Args:
        model_id: the model.
        filter_: which; at least one condition.
        dry_run: only counts.
        except_held: erases all but what is held, which else is a conflict.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The task that erases; its receipt lists what was erased.

    Raises:
        Invalid: the filter is empty or breaks a rule.
        Conflict: some of it is held.
    """
    body = {"filter": erase_filter(filter_), "dry_run": dry_run, "except_held": except_held}
    return decode(RetentionTask, once(client, "POST", _path(model_id, "erase"), body))


def erase_filter(filter_: BaseInferenceFilter) -> Dict[str, Any]:
    """The filter of an erase, which takes whole inferences: no part of them, and not the first so many.

    Raises:
        ValueError: where a part or a pagination is given.
    """
    if isinstance(filter_, NewGetInferencesRequest) and (filter_.part_filter or filter_.pagination):
        raise ValueError("an erase takes whole inferences and all of them: no part_filter, no pagination")
    return filter_.to_json()


def _presign(presign: Presign) -> Optional[str]:
    if presign is None or presign is False:
        return None
    return _LINK_STAYS if presign is True else span_text(presign)


def _path(model_id: str, *segments: str) -> str:
    return path("models", model_id, "inferences", *segments)
