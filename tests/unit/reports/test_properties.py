"""Whatever the text, reading ends, raises nothing and marks only what stands there."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.reports.normalise import flatten, normalise
from tests.unit.reports.reading import read, uniform

_PIECES = [
    "一、概述\n", "五、存在的主要问题及改进情况\n", "（一）", "一是", "二是", "首先，", "1.", "①", "•", "——", "\n", "。", "；", "，", "：",
    "公开内容不够全面", "更新不及时", "还存在", "等问题", "下一步，", "针对上述问题，", "我局将加强培训", "改进措施：", "存在的问题：", "但", "虽然取得成绩",
    "2022年", "　　", "\t", "|", "条\n", "0\n", "/\n", "指标名称\t单位\t本年累计\n", "一、主动公开信息数量", "第二十条第（一）项", "結果", "公開", "⼯作", "(gōng)", "\r\n",
    "- 1 -\n", "第3页", "李庄镇2021年政府信息公开工作年度报告\n", "附件", "二〇二二年一月三日", "规章", "行政许可", "结果维持", "自然人", "一、本年新收政府信息公开申请数量", "对照上级要求，", "在培训、宣传和管理方面还存在不足",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=60).map("".join)
_PATIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_PATIENT
@given(_TEXTS)
def test_spans_lie_in_the_text_and_ordinals_count_from_one(text: str) -> None:
    report = read(text)
    for items in (report.problems, report.measures):
        assert [item.ordinal for item in items] == list(range(1, len(items) + 1))
        for item in items:
            assert 0 <= item.start < item.end <= len(text)
            assert item.text == text[item.start : item.end]
            assert 0 <= item.confidence <= 1
    for finding in report.findings:
        assert finding.start is None or 0 <= finding.start <= (finding.end or 0) <= len(text)
    for figure in report.figures:
        assert figure.start is not None
        assert 0 <= figure.start <= (figure.end or 0) <= len(text)


@_PATIENT
@given(_TEXTS)
def test_every_normalised_letter_has_its_place_in_the_decoded_text(text: str) -> None:
    normal = normalise(text)
    flat = flatten(text)
    places = [normal.source(index) for index in range(len(normal.text))]
    assert places == sorted(set(places))
    assert [flat[place] for place in places] == list(normal.text)
    assert all(normal.index(place) == index for index, place in enumerate(places))


@_PATIENT
@given(st.lists(st.sampled_from([1, 2, 3]), min_size=4, max_size=4))
def test_blank_lines_and_indents_change_no_item(blanks: list[int]) -> None:
    parts = ["（一）公开内容不够全面。", "（二）更新不及时。", "改进措施：", "（一）扩大公开范围。"]
    plain = read(uniform("\n".join(parts)))
    spaced = read(
        uniform("".join("\n" * n + "　" * n + p for n, p in zip(blanks, parts, strict=True)))
    )
    assert [i.text for i in plain.problems] == [i.text for i in spaced.problems]
    assert [i.text for i in plain.measures] == [i.text for i in spaced.measures]
