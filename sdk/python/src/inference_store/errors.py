"""Everything that can go wrong, as one tree of exceptions below :class:`InferenceStoreError`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Dict, Optional, Tuple, Type

_KNOWN_PREFIX = "urn:inference-store:problem:"


class InferenceStoreError(Exception):
    """The root: whatever this package raises on purpose, except ``ValueError`` and ``TypeError`` for wrong arguments."""


class ConfigurationError(InferenceStoreError):
    """The address or the token of the server is missing or cannot be used."""


class ConnectionFailed(InferenceStoreError):
    """No whole answer came: refused, reset, timed out, or cut off. What was asked for may have been done or not."""


class WaitTimedOut(InferenceStoreError, TimeoutError):
    """What was waited for did not happen in time. It may still happen."""


class DamagedDownload(InferenceStoreError):
    """The bytes that came are not those that were stored, or an archive has no end."""


@dataclass(frozen=True)
class FieldError:
    """One broken rule.

    Attributes:
        field: name of the field or parameter.
        rule: the rule that it breaks.
    """

    field: str
    rule: str


@dataclass(frozen=True)
class Problem:
    """What the server says about an error (RFC 9457).

    Attributes:
        status: HTTP status.
        type: a URI that names the kind of problem.
        title: the kind of problem in words.
        detail: what happened this time.
        errors: broken rules, field by field.
        request_id: the id under which the server's log has the request.
        retry_after: seconds after which the server wants to be asked again.
    """

    status: int
    type: str = "about:blank"
    title: str = ""
    detail: Optional[str] = None
    errors: Tuple[FieldError, ...] = ()
    request_id: Optional[str] = None
    retry_after: Optional[float] = None


class ApiError(InferenceStoreError):
    """The server answered with an error. The attributes are those of :class:`Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = problem.status
        self.type = problem.type
        self.title = problem.title
        self.detail = problem.detail
        self.errors = problem.errors
        self.request_id = problem.request_id
        self.retry_after = problem.retry_after

    def __str__(self) -> str:
        text = f"{self.status} {self.title or self.type}"
        if self.detail:
            text += f": {self.detail}"
        if self.errors:
            text += " [" + "; ".join(f"{error.field} {error.rule}" for error in self.errors) + "]"
        if self.request_id:
            text += f" (request {self.request_id})"
        return text


class Invalid(ApiError):
    """400 or 422: the request cannot be read or breaks a rule; ``errors`` says which field breaks which."""


class Unauthorized(ApiError):
    """401: no token, or one that is not valid."""


class Forbidden(ApiError):
    """403: the caller lacks the role that this needs."""


class NotFound(ApiError):
    """404: there is no such model, policy, set of capture rules, task, hold or inference for this caller."""


class Conflict(ApiError):
    """409: it does not go together with what there is."""


class Gone(ApiError):
    """410: the input is not stored any more: it has expired or was erased."""


class Stale(ApiError):
    """412: it was changed since it was read. Read it again, then decide."""


class TooLarge(ApiError):
    """413: more bytes than the server takes."""


class TooManyRequests(ApiError):
    """429: ask again after ``retry_after`` seconds."""


class Unavailable(ApiError):
    """503: something that the server needs is away for now."""


_BY_STATUS: Dict[int, Type[ApiError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    413: TooLarge,
    422: Invalid,
    429: TooManyRequests,
    503: Unavailable,
}


def of_answer(status: int, body: bytes, request_id: Optional[str], retry_after: Optional[float]) -> ApiError:
    """The exception for an error answer, also for one that is no problem document (a proxy's page, say).

    Args:
        status: HTTP status.
        body: the answer's body.
        request_id: that of the answer's header.
        retry_after: seconds, as the answer's header says.
    """
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {}
    errors = said.get("errors")
    problem = Problem(
        status=status,
        type=str(said.get("type", "about:blank")),
        title=str(said.get("title", "The server answered with an error")),
        detail=None if said.get("detail") is None else str(said["detail"]),
        errors=tuple(
            FieldError(str(error.get("field", "")), str(error.get("rule", "")))
            for error in (errors if isinstance(errors, list) else [])
            if isinstance(error, dict)
        ),
        request_id=request_id or (str(said["request_id"]) if said.get("request_id") else None),
        retry_after=retry_after,
    )
    return _BY_STATUS.get(status, ApiError)(problem)


def kind(error: ApiError) -> str:
    """The short name of the problem, such as ``unknown-model``; empty where the server gave none of its own."""
    return error.type[len(_KNOWN_PREFIX) :] if error.type.startswith(_KNOWN_PREFIX) else ""
