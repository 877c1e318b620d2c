"""Dead letters: events that the store could not understand. Look at them, and send them again after a fix."""

from __future__ import annotations

import io
import itertools
from typing import Any, Dict, Iterator, List, Optional, Sequence

from ._json import decode
from ._pages import pages
from ._requests import DeadLetterFilter
from ._results import CannotReplay, DeadLetterCounts, DeadLetterEntry, DeadLetterReplay
from ._transfer import copy
from .client import Client, default_client, path

_MOST_IDS = 1000


def filter_dead_letters(
    request_body: Optional[DeadLetterFilter] = None, *, limit: Optional[int] = None, client: Optional[Client] = None
) -> List[DeadLetterEntry]:
    """Dead letters that the caller may see, the newest first, all in one list; :func:`iterate_dead_letters` takes less memory.

    Args:
        request_body: which; left out, all.
        limit: how many at most; left out, all that Kafka still has.
        client: the server and who calls; left out, what the environment names.

    Raises:
        Invalid: a filter breaks a rule.
        Unavailable: Kafka does not answer.
    """
    return list(iterate_dead_letters(request_body, limit=limit, client=client))


def iterate_dead_letters(
    request_body: Optional[DeadLetterFilter] = None, *, limit: Optional[int] = None, client: Optional[Client] = None
) -> Iterator[DeadLetterEntry]:
    """The same as :func:`filter_dead_letters`, page by page as they are asked for.

    Args:
        request_body: which; left out, all.
        limit: how many at most; left out, all that Kafka still has.
        client: the server and who calls; left out, what the environment names.
    """
    query = (request_body or DeadLetterFilter()).to_json()
    for item in itertools.islice(pages(client or default_client(), _path(), query, limit), limit):
        yield decode(DeadLetterEntry, item)


def get_dead_letter(dead_letter_id: str, *, client: Optional[Client] = None) -> DeadLetterEntry:
    """One dead letter, with the key and the headers of its event. Credentials among them are hidden by the server.

    Args:
        dead_letter_id: the letter, such as ``0-17``.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such letter any more, or it is another project's.
    """
    return decode(DeadLetterEntry, (client or default_client()).call("GET", _path(dead_letter_id)))


def download_dead_letter(dead_letter_id: str, *, client: Optional[Client] = None) -> bytes:
    """The bytes of its event as they were sent, of a letter that was cut the first 64 KiB.

    Args:
        dead_letter_id: the letter, such as ``0-17``.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such letter any more, or it is another project's.
        Forbidden: the caller may not see inputs.
    """
    buffer = io.BytesIO()
    with (client or default_client()).stream("GET", _path(dead_letter_id, "value")) as answer:
        copy(answer, buffer)
    return buffer.getvalue()


def count_dead_letters(
    *, reason: Optional[str] = None, model_id: Optional[str] = None, client: Optional[Client] = None
) -> DeadLetterCounts:
    """How many dead letters there have been, by reason and by model; not how many Kafka still has.

    Args:
        reason: only those for this reason.
        model_id: only those of this model.
        client: the server and who calls; left out, what the environment names.
    """
    query = {"reason": reason, "model_id": model_id, "limit": 1000}
    return decode(DeadLetterCounts, (client or default_client()).call("GET", _path("reasons"), query=query))


def replay_dead_letters(
    dead_letter_ids: Optional[Sequence[str]] = None,
    filter_: Optional[DeadLetterFilter] = None,
    *,
    dry_run: bool = False,
    again: bool = False,
    client: Optional[Client] = None,
) -> DeadLetterReplay:
    """Sends the events of dead letters again, call by call until all that are meant have been. An event that comes twice is
    stored once; one that still cannot be understood is a new dead letter.

    Args:
        dead_letter_ids: these letters; or
        filter_: those that meet all of this, at least one condition.
        dry_run: only says what would become of them.
        again: also those that were replayed before, which else are skipped.
        client: the server and who calls; left out, what the environment names.

    Returns:
        What became of them. After a lost connection, some that this call has replayed may be among the skipped.

    Raises:
        ValueError: neither ids nor a filter are given, or both.
        Invalid: a rule is broken.
        Unavailable: Kafka does not answer; what has been replayed is skipped next time.
    """
    if (dead_letter_ids is None) == (filter_ is None):
        raise ValueError("dead_letter_ids or filter_ must be given, and not both")
    settings: Dict[str, Any] = {"dry_run": dry_run, "again": again}
    if filter_ is not None:
        return _replayed([{"filter": filter_.to_json(), **settings}], client)
    ids = list(dead_letter_ids or ())
    bodies = [{"ids": ids[at : at + _MOST_IDS], **settings} for at in range(0, len(ids), _MOST_IDS)]
    return _replayed(bodies, client)


def _replayed(bodies: List[Dict[str, Any]], client: Optional[Client]) -> DeadLetterReplay:
    server = client or default_client()
    matched, replayed, skipped = 0, 0, 0
    cannot: List[CannotReplay] = []
    for body in bodies:
        cursor = None
        while True:
            answer = server.call(
                "POST",
                _path("replay"),
                query={"cursor": cursor},
                body=body,
                # What the first try has replayed, the second one skips.
                repeatable=not body["again"],
            )
            matched += answer["matched"]
            replayed += answer["replayed"]
            skipped += answer["skipped"]
            cannot += [decode(CannotReplay, each) for each in answer["cannot"]]
            cursor = answer["next_cursor"]
            if cursor is None:
                break
    return DeadLetterReplay(matched=matched, replayed=replayed, skipped=skipped, cannot=cannot)


def _path(*segments: str) -> str:
    return path("dead-letters", *segments)
