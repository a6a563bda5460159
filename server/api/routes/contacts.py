"""People: the office's only, for they carry addresses and telephones."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Supervising
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.units import Contact, ContactQuery
from server.db.queries import units as queries
from server.edge import Db

router = APIRouter(prefix="/contacts", tags=["联系人"])


@router.get("", summary="列出联系人（办公室）")
def list_contacts(
    request: Request, session: Db, caller: Supervising, wanted: Annotated[ContactQuery, Query()]
) -> Page[Contact]:
    """List the people of the units within sight, retired ones too."""
    rows = queries.contacts_page(
        session, caller.scope, wanted.unit_id, after=wanted.last, limit=wanted.limit + 1
    )
    return paged(request, rows, wanted, Contact.of, lambda contact: contact.id)
