"""All checks of one report on its own, gathered: shape, wording, figures, items."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from server.domain.formats import ReportFormat
from server.domain.reports.identity import Identity
from server.domain.reports.normalise import NormalText
from server.domain.reports.parsed import Figure, Finding
from server.domain.reports.privacy import check_privacy
from server.domain.reports.sections import Heading
from server.domain.reports.statements import Part, Statement, statements
from server.domain.reports.structure import Shape, check_shape
from server.domain.reports.wording import Wording, check_wording
from server.domain.statistics import check_figures
from server.domain.uniform_checks import Filled, check_uniform

_NO_TABLES = Finding(
    "FIG-00",
    "question",
    "没有读到统计表（可能是图片或附件），数据无法核对。请补入文字表格，或在审核时手工填写。",
    source="国办公开办函〔2021〕30号表一至表四",
)
_PROSE_TOPICS = frozenset({"overview", "both", "problem", "measure", "other"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks need: the text, its head and parts, the format, the figures.

    `end` is where the running text ends; `problem_parts` are ranges of normalised text,
    `items` counts the problems and measures found there.
    """

    normal: NormalText
    head: Identity
    parts: Sequence[Heading]
    form: ReportFormat | None
    year: int | None
    figures: Sequence[Figure]
    problem_parts: Sequence[tuple[int, int]]
    end: int
    items: int


def check_report(checked: Checked) -> Iterator[Finding]:
    """Yield the findings of one report, in offsets of the decoded text."""
    shape = Shape(
        checked.normal.text, checked.head, checked.parts, checked.form, checked.year,
        checked.problem_parts, checked.items,
    )  # fmt: skip
    uniform = checked.form is not None and checked.form.uniform
    wording = Wording(
        checked.normal.text, checked.end, checked.head.unit, tuple(checked.parts), uniform
    )
    own = (*check_shape(shape), *check_wording(wording), *check_privacy(checked.normal.text))
    for finding in own:
        yield _decoded(checked.normal, finding)
    if checked.form is not None and checked.figures:
        yield from _figure_findings(checked, checked.form)
    elif uniform and checked.parts:
        yield _NO_TABLES


def check_reading(doubts: Iterable[str]) -> Iterator[Finding]:
    """Yield DOC-02 for each thing that could not be read with certainty."""
    for doubt in doubts:
        yield Finding(
            "DOC-02",
            "question",
            f"{doubt}。请换成能复制文字的文件，或对照原件核对。",
            source="本系统的读取方法",
        )


def _figure_findings(checked: Checked, form: ReportFormat) -> Iterator[Finding]:
    bodies = list(_bodies(checked))
    stated = [_placed(checked.normal, one) for one in statements(checked.normal.text, bodies)]
    yield from check_figures(form, checked.figures, stated)
    if form.uniform:
        prose = " ".join(
            checked.normal.text[part.start : part.end]
            for part in bodies
            if part.topic in _PROSE_TOPICS
        )
        cells = {figure.key: figure for figure in checked.figures}
        yield from check_uniform(Filled(cells, checked.head.unit, prose))


def _bodies(checked: Checked) -> Iterator[Part]:
    ends = [part.start for part in checked.parts[1:]] + [checked.end]
    for part, end in zip(checked.parts, ends, strict=False):
        yield Part(part.title, part.topic, part.body, max(end, part.body))


def _placed(normal: NormalText, statement: Statement) -> Statement:
    start, end = normal.span(statement.start, statement.end)
    return replace(statement, start=start, end=end)


def _decoded(normal: NormalText, finding: Finding) -> Finding:
    if finding.start is None or finding.end is None:
        return finding
    start, end = normal.span(finding.start, finding.end)
    return replace(finding, start=start, end=end)
