"""Lines drawn on the server."""

from datetime import date

from server.domain.burndown import Steps, burn_down
from server.rendering.charts import burn_down_chart


def test_a_line_falls_in_steps_from_the_upper_left_to_the_day_it_is_seen() -> None:
    owed = [Steps(date(2027, 1, 11), date(2027, 1, 11), 1), Steps(date(2027, 1, 20), None, 3)]
    burn = burn_down(owed, date(2027, 1, 15))
    assert burn is not None
    chart = burn_down_chart(burn)
    assert chart.planned == "M0 0H104.0V40.0H1040.0V160.0"
    assert chart.actual == "M0 0H104.0V40.0H520.0V40.0"
    assert [mark.x for mark in chart.marks] == [0, 520, 1040]
    assert chart.today.x == 520
