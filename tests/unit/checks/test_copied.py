"""Copied problem parts: last year's, another unit's."""

from dataclasses import replace

from server.domain.reports.copied import ProblemPart, check_copied, check_peer, problem_part
from tests.unit.reports.reading import read, uniform

FIVE = (
    "存在的问题：一是部分栏目更新不够及时，群众反映看到的信息偏旧；二是政策解读形式单一，群众看不懂的情况仍然存在。\n"
    "改进措施：一是建立信息更新提醒制度，每月检查一次；二是丰富政策解读形式，多用图解和短视频。"
)
OTHER = FIVE.replace("群众反映", "企业反映").replace("每月检查", "每季度检查")


def test_the_problem_part_is_the_section_of_that_name() -> None:
    text = uniform(FIVE)
    part = problem_part(read(text), text)
    assert part.text.strip() == FIVE
    assert text[part.start :].startswith(part.text)


def test_without_sections_the_part_reaches_from_item_to_item() -> None:
    text = uniform(FIVE)
    report = read(text)
    part = problem_part(replace(report, sections=()), text)
    assert part.start == min(item.start for item in report.problems)
    assert part.text.endswith("多用图解和短视频。")
    assert problem_part(replace(report, sections=(), problems=(), measures=()), text).text == ""


def test_another_unit_s_part_is_a_question_that_names_nobody() -> None:
    (found,) = check_peer(ProblemPart(FIVE, 7), ProblemPart(OTHER), "QS02")
    assert (found.code, found.severity) == ("S-05", "question")
    assert found.params["unit"] == "QS02"
    assert "QS02" not in found.message
    places = found.params["passages"]
    assert isinstance(places, list)
    assert all(FIVE[start - 7 : end - 7] in FIVE for start, end in places)
    assert (found.start, found.end) == places[0]


def test_the_share_is_that_of_one_s_own_letters() -> None:
    (found,) = check_peer(ProblemPart(FIVE), ProblemPart(FIVE + OTHER), "QS02")
    assert found.params["share"] == 1.0


def test_parts_without_a_common_stretch_are_not_alike() -> None:
    assert list(check_peer(ProblemPart(FIVE), ProblemPart("公开栏没有更新。"), "QS02")) == []


def test_a_part_too_short_for_a_stretch_is_asked_about_as_a_whole() -> None:
    (found,) = check_copied(ProblemPart("无此情况。", 3), ProblemPart("无此情况。"))
    assert (found.start, found.end) == (3, 8)
