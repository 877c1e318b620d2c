"""Waiting for what happens at the server."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar

from ._json import Span, seconds
from .errors import WaitTimedOut

T = TypeVar("T")

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0


def wait_for(look: Callable[[], Optional[T]], timeout: Span, otherwise: str) -> T:
    """Looks again and again, with growing pauses, until there is something.

    Args:
        look: what is there; None for nothing yet.
        timeout: how long to wait: seconds, or a timedelta.
        otherwise: what to say when the time is over.

    Raises:
        WaitTimedOut: there was nothing in time.
    """
    deadline = time.monotonic() + seconds(timeout)
    pause = _FIRST_PAUSE
    while True:
        found = look()
        if found is not None:
            return found
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimedOut(f"{otherwise} ({seconds(timeout):g} s)")
        time.sleep(min(pause, left))
        pause = min(_LONGEST_PAUSE, pause * 1.5)
