"""The first page: where everybody stands, and what needs me today."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.db.queries import extensions, floods, slips
from server.db.queries.overview import HeatFilter
from server.domain.access import Permission
from server.rendering.charts import burn_down_chart
from server.services import calendars, office_settings, rulebook
from server.services import overview as service
from server.services.overview import Sight
from server.web.deps import Db, Seeing, Today
from server.web.templating import page, page_or_fragment

router = APIRouter()


def sight(session: Db, visit: Seeing, today: Today) -> Sight:
    """Return from where this visitor looks."""
    return Sight(visit.person.scope, today, calendars.current(session), rulebook.lights())


@router.get("/")
def show(
    request: Request,
    session: Db,
    visit: Seeing,
    today: Today,
    year: int | None = None,
    after: str = "",
    q: str = "",
    late: bool = False,
) -> Response:
    """Show the overview to the office and its leaders; units go to their own page."""
    if not visit.person.may(Permission.WATCH_MAIL):
        return RedirectResponse(f"/units/{visit.person.unit_id}", 303)
    seen = sight(session, visit, today)
    found = service.overview(session, seen, year)
    if found is None:
        return page(request, "overview/empty.html")
    wanted = HeatFilter(words=q.strip(), late=late)
    heat = service.heat_map(session, seen, found.year, wanted, after=after)
    return page_or_fragment(
        request,
        "overview/overview.html",
        "overview/_heat.html",
        overview=found,
        chart=burn_down_chart(found.burn) if found.burn else None,
        heat=heat,
        asked=extensions.asked(session, visit.person.scope),
        slips_prepared=slips.count_prepared(session, visit.person.scope),
        shortage=office_settings.shortage(session, today),
        floods=floods.floods(session, visit.person.scope),
        wanted=wanted,
        today=today,
        after=after,
    )
