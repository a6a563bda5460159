"""Pages by key: what lies after the last row seen, and the address that leads there."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fastapi import Request

from server.api.schemas.common import Page, PageQuery

Row = TypeVar("Row")
Item = TypeVar("Item")


def paged(
    request: Request,
    rows: Sequence[Row],
    wanted: PageQuery,
    show: Callable[[Row], Item],
    mark: Callable[[Row], object],
) -> Page[Item]:
    """Return a page of `rows`, one more of which was read than the page holds.

    `mark` is a row's place in the list, as `after` names it.
    """
    shown = rows[: wanted.limit]
    further = None
    if len(rows) > wanted.limit:
        url = request.url.include_query_params(after=str(mark(shown[-1])))
        further = f"{url.path}?{url.query}"
    return Page(items=[show(row) for row in shown], next=further)
