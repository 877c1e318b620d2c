"""Changes of what has a version: made only to the version that was read, and waited for until the job has them."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ._json import Span, seconds, span_text
from .client import Client, default_client


def put(client: Optional[Client], where: str, body: Any, *, wait: Optional[Span] = None, if_match: Optional[int] = None) -> Any:
    """Sets something; returns what the server says of it.

    Args:
        client: the server and who calls; None: what the environment names.
        where: path of what is set.
        body: what it is to be.
        wait: how long the server may wait until the job has it: seconds, or a timedelta; None: not at all.
        if_match: replace only this version; None: any.
    """
    return (client or default_client()).call(
        "PUT",
        where,
        query={"wait": None if wait is None else span_text(wait)},
        body=body,
        headers=version_header(if_match),
        # Sent twice, the second would find the version that the first has made.
        repeatable=if_match is None,
        patience=0.0 if wait is None else seconds(wait),
    )


def version_header(if_match: Optional[int]) -> Dict[str, str]:
    """The header by which a change is made to one version only."""
    return {} if if_match is None else {"If-Match": f'"{if_match}"'}
