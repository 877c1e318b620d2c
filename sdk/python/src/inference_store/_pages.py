"""Lists that the server hands out page by page."""

from __future__ import annotations

from typing import Any, Iterator, List, Optional

from .client import Client, Query


def pages(client: Client, where: str, query: Query, page: int, wanted: Optional[int]) -> Iterator[Any]:
    """The items of a list, page after page.

    Args:
        client: the server.
        where: path of the list.
        query: filters.
        page: how many items a page has at most.
        wanted: how many items in all; None for all.
    """
    left, cursor = wanted, None
    while left is None or left > 0:
        limit = page if left is None else min(page, left)
        answer = client.call("GET", where, query={**query, "limit": limit, "cursor": cursor})
        items: List[Any] = answer.get("items", [])
        for item in items if left is None else items[:left]:
            yield item
        left = None if left is None else left - len(items)
        cursor = answer.get("next_cursor")
        # A page may be short or empty and not be the last: the server looks at a bounded number of rows a call.
        if cursor is None:
            return
