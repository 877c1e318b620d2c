"""Bytes: inputs, outputs, archives. What comes is checked before it is handed over."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os
import tarfile
import uuid
from contextlib import contextmanager
from typing import IO, Any, Callable, Iterator, Optional, Sequence, Union, overload

from ._json import Time, times
from ._requests import BaseInferenceFilter, NewGetInferencesRequest
from .client import Client, default_client, path
from .errors import DamagedDownload

File = Union[str, "os.PathLike[str]"]

# What the server writes last, so that a download that it could not finish is known by its lack.
_LAST_OF_INPUTS = "inputs.jsonl"
_LAST_OF_EXPORT = "export.json"


@overload
def download_input(
    model_id: str, inference_id: str, *, created_at: Optional[Time] = ..., client: Optional[Client] = ...
) -> bytes: ...


@overload
def download_input(
    model_id: str, inference_id: str, file: File, *, created_at: Optional[Time] = ..., client: Optional[Client] = ...
) -> int: ...


def download_input(
    model_id: str,
    inference_id: str,
    file: Optional[File] = None,
    *,
    created_at: Optional[Time] = None,
    client: Optional[Client] = None,
) -> Union[bytes, int]:
    """What the model saw, checked against the sha256 that the store has of it.

    Args:
        model_id: the model.
        inference_id: the inference.
        file: where to write it; it is there whole or not at all. Left out, the bytes are returned.
        created_at: which, where several have the id; left out, the newest.
        client: the server and who calls; left out, what the environment names.

    Returns:
        The bytes, or, with ``file``, how many there are.

    Raises:
        NotFound: there is no such inference, or it has no input.
        Gone: the input has expired or was erased.
        DamagedDownload: the bytes are not those that were stored.
    """
    where = path("models", model_id, "inferences", inference_id, "input")
    if file is None:
        buffer = io.BytesIO()
        _fetch(client, where, created_at, buffer, checked=True)
        return buffer.getvalue()
    with _whole(file) as part:
        return _fetch(client, where, created_at, part, checked=True)


def download_output(
    model_id: str, inference_id: str, *, created_at: Optional[Time] = None, client: Optional[Client] = None
) -> bytes:
    """What the model said, as sent, also where it is too large for a list.

    Args:
        model_id: the model.
        inference_id: the inference.
        created_at: which, where several have the id; left out, the newest.
        client: the server and who calls; left out, what the environment names.

    Raises:
        NotFound: there is no such inference, or it has no output.
    """
    buffer = io.BytesIO()
    _fetch(client, path("models", model_id, "inferences", inference_id, "output"), created_at, buffer, checked=False)
    return buffer.getvalue()


def download_inputs(
    model_id: str, inference_ids: Sequence[str], file: File, *, client: Optional[Client] = None
) -> int:
    """The inputs of several inferences as one tar file; ``inputs.jsonl``, which says of each id what became of its input, is last.

    Args:
        model_id: the model.
        inference_ids: the inferences.
        file: where to write it; it is there whole or not at all.
        client: the server and who calls; left out, what the environment names.

    Returns:
        How many bytes the file has.

    Raises:
        DamagedDownload: the archive has no end.
    """
    body = {"inference_ids": list(inference_ids)}
    return _archive(client, path("models", model_id, "inferences", "inputs"), body, file, _LAST_OF_INPUTS)


def export_inferences(
    model_id: str,
    file: File,
    filter_: Optional[BaseInferenceFilter] = None,
    *,
    inputs: bool = True,
    client: Optional[Client] = None,
) -> int:
    """Inferences as one tar file: records as lines of JSON, inputs as files, and ``export.json``, which says what it holds, last.

    Args:
        model_id: the model.
        file: where to write it; it is there whole or not at all.
        filter_: which; left out, all.
        inputs: whether the inputs are in it too.
        client: the server and who calls; left out, what the environment names.

    Returns:
        How many bytes the file has.

    Raises:
        DamagedDownload: the archive has no end; ask again, or for less.
        Invalid: the filter breaks a rule.
    """
    if isinstance(filter_, NewGetInferencesRequest) and (filter_.part_filter or filter_.pagination):
        raise ValueError("an export takes whole inferences and all of them: no part_filter, no pagination")
    body = {"filter": {} if filter_ is None else filter_.to_json(), "inputs": inputs}
    where = path("models", model_id, "inferences", "export")
    return _archive(client, where, body, file, _LAST_OF_EXPORT)


def _archive(client: Optional[Client], where: str, body: Any, file: File, end: str) -> int:
    with _whole(file) as part:
        with (client or default_client()).stream("POST", where, body=body) as answer:
            size = copy(answer, part)
        part.flush()
        part.seek(0)
        last: Optional[str] = None
        try:
            with tarfile.open(fileobj=part, mode="r:") as archive:
                for entry in archive:
                    last = entry.name
        except tarfile.TarError as broken:
            raise DamagedDownload(f"the archive cannot be read: {broken}") from broken
        if last != end:
            raise DamagedDownload(f"the archive ends with {last!r} and not with {end!r}: the server could not finish it")
        return size


def _fetch(
    client: Optional[Client], where: str, created_at: Optional[Time], to: IO[bytes], *, checked: bool
) -> int:
    digest = hashlib.sha256()
    with (client or default_client()).stream("GET", where, query=times(created_at=created_at)) as answer:
        stored = answer.headers.get("Repr-Digest", "")
        size = copy(answer, to, digest.update)
    came = f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    if checked and came not in stored:
        raise DamagedDownload(f"{came} came, and {stored or 'what was stored was not said'}")
    return size


def copy(source: http.client.HTTPResponse, to: IO[bytes], seen: Callable[[bytes], None] = lambda _: None) -> int:
    """Copies an answer to a file; returns the number of bytes.

    Raises:
        http.client.IncompleteRead: where fewer came than were announced.
    """
    total = 0
    announced = source.length
    while True:
        piece = source.read(256 * 1024)
        if not piece:
            break
        seen(piece)
        to.write(piece)
        total += len(piece)
    if announced is not None and total < announced:
        raise http.client.IncompleteRead(b"", announced - total)
    return total


@contextmanager
def _whole(file: File) -> Iterator[IO[bytes]]:
    """A file beside the wanted one, which takes its place when all has gone well."""
    target = os.fspath(file)
    part = f"{target}.{uuid.uuid4().hex}.part"
    with open(part, "x+b") as stream:
        try:
            yield stream
        except BaseException:
            os.unlink(part)
            raise
    os.replace(part, target)
