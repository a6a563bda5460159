"""What reports have in common with each other: fingerprints to search by, and pairs found alike."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel


def _report() -> Column[int]:
    key = ForeignKey("report.id", ondelete="CASCADE")
    return Column(BigInteger, key, primary_key=True)


class Fingerprint(SQLModel, table=True):
    """One of the numbers by which a report's problem part is found among those of its year."""

    __table_args__ = (Index("ix_fingerprint_report_id", "report_id"),)
    report_year: int = Field(primary_key=True)
    band: int = Field(sa_column=Column(BigInteger, primary_key=True))
    report_id: int = Field(sa_column=_report())


class Likeness(SQLModel, table=True):
    """雷同: two units' reports of one year whose problem parts are much alike."""

    __table_args__ = (
        CheckConstraint("one_id < other_id", name="ordered"),
        Index("ix_likeness_other_id", "other_id"),
        Index("ix_likeness_report_year", "report_year", "share", "one_id", "other_id"),
    )
    one_id: int = Field(sa_column=_report())
    other_id: int = Field(sa_column=_report())
    report_year: int
    share: float
    """The share of runs of letters that they have in common, 0 to 1."""
