"""A holiday notice as a table: one row a day."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from server.domain.notice_judging import FESTIVALS, Holiday, ReadNotice, judged
from server.domain.notice_reading import document_number, festival, plain_words


def table_notice(
    rows: Sequence[Sequence[str]],
    *,
    year: int | None,
    number: str,
    statutory: Mapping[date, str] | None = None,
) -> ReadNotice:
    """Return what a table says: one row a day with 日期, 安排 (放假 or 上班) and 节日.

    The year is that of most days. Raises nothing: what is wrong is among the problems.
    """
    return _Table(rows).read(year, number, statutory or {})


class _Table:
    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.heads = [each.strip() for each in rows[0]] if rows else []
        self.rows = rows[1:]
        self.problems: list[str] = []

    def read(self, year: int | None, number: str, statutory: Mapping[date, str]) -> ReadNotice:
        absent = [name for name in ("日期", "安排", "节日") if name not in self.heads]
        if absent:
            listed = "、".join(absent)
            self.problems.append(f"表格第 1 行缺少“{listed}”列，应有“日期、安排、节日”三列。")
            return ReadNotice(year, number, (), tuple(self.problems))
        off: dict[str, list[date]] = {}
        working: dict[str, list[date]] = {}
        for line, row in enumerate(self.rows, start=2):
            self._row(line, dict(zip(self.heads, row, strict=False)), off, working)
        holidays = tuple(
            Holiday((name,), tuple(sorted(days)), tuple(sorted(working.pop(name, ()))))
            for name, days in off.items()
        )
        self.problems += [f"“{name}”只有上班日，没有放假日，请补全。" for name in working]
        days = [day for each in holidays for day in each.days]
        most = max({day.year for day in days}, key=[d.year for d in days].count, default=None)
        read = ReadNotice(year or most, document_number(number), holidays, tuple(self.problems))
        return judged(read, statutory)

    def _row(
        self,
        line: int,
        row: Mapping[str, str],
        off: dict[str, list[date]],
        working: dict[str, list[date]],
    ) -> None:
        told = [plain_words(row.get(name, "")) for name in ("日期", "安排", "节日")]
        if not any(told):
            return
        place = f"表格第 {line} 行"
        whole = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:00:00:00)?", told[0])
        try:
            day = date(*(int(part) for part in whole.groups())) if whole else None
        except ValueError:
            day = None
        names = told[2].removesuffix("假期")
        known = names and festival(names) in FESTIVALS
        if day is None:
            self.problems.append(f"{place}的日期“{told[0]}”认不出，请写成 2027-01-01。")
        elif not known:
            self.problems.append(
                f"{place}的节日“{told[2]}”认不出，应是{'、'.join(FESTIVALS)}之一。"
            )
        elif told[1] not in ("放假", "上班"):
            self.problems.append(f"{place}的安排“{told[1]}”认不出，应是“放假”或“上班”。")
        else:
            kept = off if told[1] == "放假" else working
            kept.setdefault(festival(names), []).append(day)
