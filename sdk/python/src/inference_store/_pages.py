"""Lists that the server hands out page by page."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional

from .client import Client, Query

PAGE = 200
"""How many items are asked for at once."""


def pages(client: Client, where: str, query: Query, wanted: Optional[int] = None) -> Iterator[Any]:
    """The items of a list, page after page.

    Args:
        client: the server.
        where: path of the list.
        query: filters.
        wanted: how many items in all; None for all.
    """
    left, cursor = wanted, None
    while left is None or left > 0:
        limit = PAGE if left is None else min(PAGE, left)
        answer = client.call("GET", where, query={**query, "limit": limit, "cursor": cursor})
        items: List[Any] = answer.get("items", [])
        for item in items if left is None else items[:left]:
            yield item
        left = None if left is None else left - len(items)
        cursor = answer.get("next_cursor")
        # A page may be short or empty and not be the last: the server looks at a bounded number of rows a call.
        if cursor is None:
            return
