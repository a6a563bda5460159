"""Commitments: the ledger."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing, Seen
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.ledger import Commitment, CommitmentQuery
from server.api.schemas.params import Id
from server.db.queries import ledger as queries
from server.db.queries.ledger import LedgerFilter
from server.edge import Db
from server.errors import NotFound

router = APIRouter(prefix="/commitments", tags=["整改台账"])


@router.get("", summary="列出整改事项")
def list_commitments(
    request: Request,
    session: Db,
    caller: Seeing,
    seen: Seen,
    wanted: Annotated[CommitmentQuery, Query()],
) -> Page[Commitment]:
    """List the ledger, the earliest date first."""
    filters = LedgerFilter(
        year=wanted.year,
        unit_id=wanted.unit_id,
        heading=wanted.heading or "",
        state=wanted.state or "",
        words=wanted.q.strip(),
        today=seen.today,
    )
    rows = queries.ledger(
        session, caller.scope, filters, after=wanted.last or None, limit=wanted.limit + 1
    )
    return paged(
        request,
        rows,
        wanted,
        lambda row: Commitment.of(row, seen),
        lambda row: row.commitment.id,
    )


@router.get("/{commitment_id}", summary="一个整改事项")
def show_commitment(commitment_id: Id, session: Db, caller: Seeing, seen: Seen) -> Commitment:
    """Show one line of the ledger."""
    filters = LedgerFilter(commitment_id=commitment_id)
    rows = queries.ledger(session, caller.scope, filters)
    if not rows:
        raise NotFound("没有找到这个整改事项，或者它不在令牌的范围内。")
    return Commitment.of(rows[0], seen)
