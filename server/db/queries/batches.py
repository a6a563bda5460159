"""Reading archives of reports and what became of their files."""

from dataclasses import dataclass

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Batch, BatchFile, Unit
from server.domain.access import Scope


def visible(session: Session, scope: Scope, batch_id: int) -> Batch | None:
    """Return an archive whose uploader's unit lies within the scope."""
    statement = (
        select(Batch)
        .join(Unit, col(Unit.id) == col(Batch.unit_id))
        .where(Batch.id == batch_id, within(scope))
    )
    return session.exec(statement).first()


def locked(session: Session, batch_id: int, file_id: int) -> BatchFile | None:
    """Return a file of an archive, held for this transaction."""
    statement = (
        select(BatchFile)
        .where(BatchFile.id == file_id, BatchFile.batch_id == batch_id)
        .with_for_update()
    )
    return session.exec(statement).first()


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One file with the name of the unit it was or may be placed in."""

    file: BatchFile
    unit: str


def files(session: Session, batch_id: int) -> list[BatchRow]:
    """Return an archive's files in its order, without their bytes."""
    statement = (
        select(BatchFile, Unit.name)
        .outerjoin(Unit, col(Unit.id) == col(BatchFile.unit_id))
        .where(BatchFile.batch_id == batch_id)
        .order_by(col(BatchFile.ordinal))
        .options(defer(BatchFile.content))  # type: ignore[arg-type]  # SQLModel types columns as values
    )
    return [BatchRow(file, name or "") for file, name in session.exec(statement)]
