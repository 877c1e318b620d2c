"""A server on loopback that answers as it is told and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Type, Union

from inference_store import Client


@dataclass
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.split("?", 1)[0]

    @property
    def query(self) -> Dict[str, str]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.target).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What to answer. ``cut`` closes the connection after that many bytes of the body; ``drop`` says nothing at all."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Dict[str, str] = field(default_factory=dict)
    cut: Optional[int] = None
    drop: bool = False


Said = Union[Answer, Callable[[Asked], Answer]]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A caller that has gone away is what some tests want."""


class StubServer:
    """Answers with what was put in ``answers``, one after the other; the last stays."""

    def __init__(self, *answers: Said) -> None:
        self.answers: List[Said] = list(answers)
        self.asked: List[Asked] = []
        self._lock = threading.Lock()
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> StubServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self, token: str = "", timeout: float = 10.0, retries: int = 4) -> PatientClient:
        return PatientClient(self.url, token, timeout, retries=retries)

    def _next(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return said if isinstance(said, Answer) else said(asked)

    def _handler(self) -> Type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = outer._next(Asked(self.command, self.path, dict(self.headers.items()), body))
                if answer.drop:
                    self.close_connection = True
                    return
                data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data if answer.cut is None else data[: answer.cut])
                self.close_connection = True

            do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _any

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class PatientClient(Client):
    """A client that remembers its pauses and does not make them."""

    def __init__(self, url: str, token: str, timeout: float, *, retries: int) -> None:
        super().__init__(url, token, timeout, retries=retries)
        self.pauses: List[float] = []
        self._sleep = self.pauses.append
