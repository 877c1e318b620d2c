"""How this package talks to the server: one class, safe to share between threads."""

from __future__ import annotations

import email.utils
import http.client
import json
import os
import random
import re
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Tuple, Union

from . import errors
from ._version import __version__

URL_VARIABLE = "INFERENCE_STORE_URL"
TOKEN_VARIABLE = "INFERENCE_STORE_TOKEN"

_LONGEST_PROBLEM = 1024 * 1024
_LONGEST_RETRY_AFTER = 60.0
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_ALWAYS_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_BROKEN = (urllib.error.URLError, http.client.HTTPException, OSError)

Query = Mapping[str, Union[str, int, float, bool, None]]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The API never redirects; following one would hand the token to whoever is at its end."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Client:
    """A server, and who calls it.

    Every function of this package takes one as ``client=``; left out, it uses the server and the token that the environment
    names. What is safe to repeat (GET, PUT, DELETE, and POST with an idempotency key) is tried again, with growing pauses,
    when the connection fails and when the server answers 503, and everything when it answers 429. Proxies are those of the environment, as ``urllib`` reads it.

    Args:
        url: address of the server, such as ``https://store.example.org``; left out, that of ``INFERENCE_STORE_URL``.
        token: bearer token; left out, that of ``INFERENCE_STORE_TOKEN``, if there is one. It is never printed.
        timeout: seconds that the server may stay silent before a try counts as failed.
        retries: how often to try again.

    Raises:
        ConfigurationError: where there is no address, or address or token cannot be used.
    """

    def __init__(
        self,
        url: Optional[str] = None,
        token: Optional[str] = None,
        timeout: float = 30.0,
        *,
        retries: int = 4,
    ) -> None:
        self.url = _address(os.environ.get(URL_VARIABLE, "") if url is None else url)
        self.timeout = timeout
        self.retries = retries
        self._token = _checked_token(os.environ.get(TOKEN_VARIABLE, "") if token is None else token)
        self._opener = urllib.request.build_opener(_NoRedirects)
        self._sleep: Callable[[float], None] = time.sleep

    def __repr__(self) -> str:
        return f"Client(url={self.url!r}, token={'given' if self._token else 'none'}, timeout={self.timeout!r})"

    def __getstate__(self) -> Dict[str, Any]:
        raise TypeError("a Client holds a token and is not pickled: make one where it is used")

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Query] = None,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        repeatable: Optional[bool] = None,
        patience: float = 0.0,
    ) -> Any:
        """One call, its answer read as JSON.

        Args:
            method: HTTP method.
            path: below the address; see :func:`path`.
            query: parameters; those that are None are left out.
            body: what is sent, as JSON; bytes are sent as they are.
            headers: further headers.
            repeatable: whether it may be sent again when nobody knows what became of it; left out, by its method.
            patience: seconds that the server may take longer than ``timeout``, since it was asked to wait.

        Returns:
            The JSON of the answer, None for an empty one.

        Raises:
            ApiError: the server answered with an error.
            ConnectionFailed: no whole answer came.
        """
        return self._tried(method, path, query, body, headers, repeatable, patience, _read_json)

    @contextmanager
    def stream(
        self, method: str, path: str, *, query: Optional[Query] = None, body: Any = None
    ) -> Iterator[http.client.HTTPResponse]:
        """One call whose answer is read piece by piece; only its beginning is tried again.

        Args:
            method: HTTP method.
            path: below the address; see :func:`path`.
            query: parameters; those that are None are left out.
            body: what is sent, as JSON.

        Raises:
            ApiError: the server answered with an error.
            ConnectionFailed: no whole answer came.
        """
        answer = self._tried(method, path, query, body, None, True, 0.0, lambda response: response)
        try:
            yield answer
        except (http.client.HTTPException, ConnectionError, socket.timeout) as cut:
            raise errors.ConnectionFailed(f"the answer of {self.url}{path} was cut off: {cut}") from cut
        finally:
            answer.close()

    def _tried(
        self,
        method: str,
        path: str,
        query: Optional[Query],
        body: Any,
        headers: Optional[Mapping[str, str]],
        repeatable: Optional[bool],
        patience: float,
        read: Callable[[Any], Any],
    ) -> Any:
        request = self._request(method, path, query, body, headers)
        again = method in _ALWAYS_REPEATABLE if repeatable is None else repeatable
        for attempt in range(self.retries + 1):
            try:
                return read(self._opener.open(request, timeout=self.timeout + patience))
            except urllib.error.HTTPError as answer:
                error = _api_error(answer)
                # What was turned away for its rate has not been done, so it may be sent again whatever it is.
                tried_again = error.status == 429 or (error.status == 503 and again)
                if attempt == self.retries or not tried_again or (error.retry_after or 0) > _LONGEST_RETRY_AFTER:
                    raise error from None
                self._sleep(max(_pause(attempt), error.retry_after or 0.0))
            except _BROKEN as broken:
                if attempt == self.retries or not again:
                    raise errors.ConnectionFailed(f"{method} {self.url}{path}: {_reason(broken)}") from broken
                self._sleep(_pause(attempt))
        raise AssertionError("the last try returns or raises")

    def _request(
        self, method: str, path: str, query: Optional[Query], body: Any, headers: Optional[Mapping[str, str]]
    ) -> urllib.request.Request:
        sent = {"Accept": "application/json", "User-Agent": f"inference-store-python/{__version__}"}
        data: Optional[bytes] = None
        if isinstance(body, bytes):
            data = body
        elif body is not None:
            data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        request = urllib.request.Request(self.url + path + _query_text(query), data=data, headers=sent, method=method)
        if self._token:
            # Not among those that a redirect would take along, should a handler ever follow one.
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        return request


def path(*segments: str) -> str:
    """A path of the API: the segments are percent-encoded and put below ``/api/v1``.

    Raises:
        ValueError: for an empty segment, which would name another call.
    """
    return "/api/v1" + "".join("/" + _segment(segment) for segment in segments)


def _segment(segment: str) -> str:
    if not isinstance(segment, str) or not segment:
        raise ValueError(f"an id in a path is a text that is not empty, not {segment!r}")
    encoded = urllib.parse.quote(segment, safe="")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")


_default_lock = threading.Lock()
_default: Optional[Tuple[Tuple[str, str], Client]] = None


def default_client() -> Client:
    """The client that the environment names, made once and again when the variables change.

    Raises:
        ConfigurationError: where ``INFERENCE_STORE_URL`` is not set or cannot be used.
    """
    global _default
    key = (os.environ.get(URL_VARIABLE, ""), os.environ.get(TOKEN_VARIABLE, ""))
    with _default_lock:
        if _default is None or _default[0] != key:
            _default = (key, Client(*key))
        return _default[1]


def _read_json(response: http.client.HTTPResponse) -> Any:
    with response:
        body = response.read()
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise errors.InferenceStoreError("the answer is not JSON: is the address that of an inference store?") from None


def _api_error(answer: urllib.error.HTTPError) -> errors.ApiError:
    with answer:
        try:
            body = answer.read(_LONGEST_PROBLEM)
        except _BROKEN:
            body = b""
        if 300 <= answer.code < 400:
            where = answer.headers.get("Location", "elsewhere")
            detail = f"the server sends us to {where}: redirects are not followed, since they would take the token along"
            return errors.ApiError(errors.Problem(answer.code, title="A redirect", detail=detail))
        return errors.of_answer(
            answer.code, body, answer.headers.get("X-Request-Id"), _retry_after(answer.headers.get("Retry-After"))
        )


def _retry_after(text: Optional[str]) -> Optional[float]:
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _pause(attempt: int) -> float:
    # Spread, so that many callers do not come back at one moment.
    return random.uniform(0.5, 1.0) * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)


def _reason(broken: BaseException) -> str:
    return str(broken.reason if isinstance(broken, urllib.error.URLError) else broken) or type(broken).__name__


def _query_text(query: Optional[Query]) -> str:
    given = {
        name: ("true" if value else "false") if isinstance(value, bool) else str(value)
        for name, value in (query or {}).items()
        if value is not None
    }
    return "?" + urllib.parse.urlencode(given) if given else ""


def _address(url: str) -> str:
    url = url.strip().rstrip("/")
    if not url:
        raise errors.ConfigurationError(f"no server: set {URL_VARIABLE}, such as http://127.0.0.1:8080, or give url=")
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise errors.ConfigurationError("the server's address must be of the form http://host:port or https://host")
    if parts.username is not None or parts.password is not None:
        raise errors.ConfigurationError(f"the server's address must not hold credentials: use {TOKEN_VARIABLE}")
    return url[: -len("/api/v1")] if url.endswith("/api/v1") else url


def _checked_token(token: str) -> str:
    token = token.strip()
    # Checked here, since the standard library's message about a header that it refuses shows the header.
    if not re.fullmatch(r"[!-~]*", token):
        raise errors.ConfigurationError("the token has characters that no token has (it is not shown here)")
    return token
