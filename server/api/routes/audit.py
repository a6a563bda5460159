"""The state of the record of acts."""

from fastapi import APIRouter

from server.api.deps import Supervising
from server.api.schemas.overview import Verification
from server.db.queries import audit as queries
from server.edge import Db
from server.services import audit as service

router = APIRouter(prefix="/audit", tags=["操作记录"])


@router.get("/verification", summary="核对操作记录的哈希链（办公室）")
def verify_audit(session: Db, caller: Supervising) -> Verification:
    """Check the whole chain as `duban audit verify` does; one check a day is enough."""
    count, broken = service.verify(session)
    return Verification(
        intact=broken is None,
        sealed=count,
        unsealed=queries.waiting(session),
        first_broken=broken,
    )
