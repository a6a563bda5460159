"""Splitting a promised measure into single actions: a table of wordings from reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_checklists import load_checklist_rules
from server.domain.actions import label_of, split_actions

WORDS = load_checklist_rules().words

MEASURES = [
    # semicolons and full stops part; fillers and the unit's name fall away
    (
        "我局将进一步健全发布制度；切实更新公开目录。",
        ["健全发布制度", "更新公开目录"],
    ),
    # 一是……二是……, also after commas only
    (
        "一是加强业务培训，二是完善审核流程，三要按时更新栏目",
        ["加强业务培训", "完善审核流程", "更新栏目"],
    ),
    (
        "主要做好以下工作：一是举办培训3次；二是开设民生专栏。",
        ["举办培训3次", "开设民生专栏"],
    ),
    # coordinated verbs part, coordinated nouns do not
    ("健全信息筛选机制、完善发布制度", ["健全信息筛选机制", "完善发布制度"]),
    ("健全信息收集、审核、发布机制", ["健全信息收集、审核、发布机制"]),
    ("建立、健全信息公开制度", ["建立、健全信息公开制度"]),
    # quotations, titles and brackets are never cut
    (
        "严格执行“先审查、后公开；谁公开，谁负责”的规定",
        ["严格执行“先审查、后公开；谁公开，谁负责”的规定"],
    ),
    # a clause of result belongs to what is done before it, and stands alone when nothing is
    ("更新公开目录，确保群众查得到", ["更新公开目录，确保群众查得到"]),
    ("确保全年答复不逾期", ["确保全年答复不逾期"]),
    # a short lead-in stays, a long one and a bare year are left to the source
    (
        "通过政府网站，公开财政预决算",
        ["通过政府网站，公开财政预决算"],
    ),
    (
        "按照市县两级党委政府关于推进基层政务公开标准化规范化工作的部署，2026年，更新公开目录",
        ["更新公开目录"],
    ),
    ("2026年，更新公开目录", ["更新公开目录"]),
    # when it is done may stand before the verb
    (
        "加强宣传，6月底前在网站开设专栏，每季度抽查一次",
        ["加强宣传", "6月底前在网站开设专栏", "每季度抽查一次"],
    ),
    # what nobody could check is no action
    ("下一步，我镇将继续做好政府信息公开工作，力争取得新进展。", []),
    ("", []),
    ("。；，、", []),
]


@pytest.mark.parametrize(("measure", "actions"), MEASURES)
def test_a_measure_is_split_into_its_actions(measure: str, actions: list[str]) -> None:
    assert [action.text for action in split_actions(measure, WORDS)] == actions


def test_the_first_sentence_of_several_is_a_title() -> None:
    found = split_actions("（一）完善管理机制。建立发布制度。更新目录。", WORDS)
    assert [action.heading for action in found] == [True, False, False]


@pytest.mark.parametrize("measure", ["建立发布制度。", "一是建立发布制度。二是更新目录。"])
def test_a_single_sentence_and_a_numbered_one_are_no_titles(measure: str) -> None:
    assert not any(action.heading for action in split_actions(measure, WORDS))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("（三）公开意识有待加强。认识不够到位。", "公开意识有待加强"),
        ("1.栏目更新不及时；群众不满意", "栏目更新不及时"),
        ("一是队伍不稳定", "队伍不稳定"),
        ("长" * 60, "长" * 39 + "…"),
        ("", ""),
    ],
)
def test_an_entry_is_named_by_its_first_sentence(text: str, label: str) -> None:
    assert label_of(text) == label


@given(
    st.text(alphabet="建立加强制度培训我局将，。；、：一二三是“”（）《》12月前 \n", max_size=120)
)
def test_splitting_ends_and_gives_actions_without_outer_space(text: str) -> None:
    for action in split_actions(text, WORDS):
        assert action.text
        assert action.text == action.text.strip()
