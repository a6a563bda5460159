"""Health: a warning is no fault, and every grade has its word."""

from server.domain.health import GRADE_WORDS, Grade, fault, fine, has_fault, warning


def test_a_warning_is_no_fault() -> None:
    assert not has_fault([fine("a", "甲", "正常。"), warning("b", "乙", "将满。", "请清理。")])
    assert has_fault([fine("a", "甲", "正常。"), fault("b", "乙", "已满。", "请清理。")])


def test_every_grade_has_its_word() -> None:
    assert set(GRADE_WORDS) == set(Grade)
