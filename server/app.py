"""The web application: settings, engine, templates, routes, errors, in this order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from server import logs
from server.adapters.frontend import frontend_root
from server.api import app as interface
from server.api import problems
from server.db.engine import make_engine
from server.locale.catalogue import Language
from server.rendering.environment import page_environment
from server.settings import Settings, get_settings
from server.web import errors, limits, routes, security
from server.web.watchdog import Watchdog

STATIC = Path(__file__).parent / "web" / "static"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    watchdog = Watchdog(app.state.engine, app.state.settings)
    watchdog.start()
    yield
    watchdog.stop()
    app.state.engine.dispose()


def serve() -> FastAPI:
    """Build the application in a process that serves it: uvicorn's factory."""
    settings = get_settings()
    logs.configure(as_json=settings.log_json)
    return create_app(settings)


def _refusal(request: Request, status: int, message: str) -> Response:
    """Refuse a request before it reaches a route, in the form that its sender reads."""
    if request.url.path.startswith(f"{interface.PREFIX}/"):
        return problems.problem(status, f"http_{status}", message)
    return errors.error_page(request, status, message)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; nothing is read or opened at import."""
    settings = settings or get_settings()
    app = FastAPI(
        title="Duban", openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan
    )
    app.state.settings = settings
    app.state.engine = make_engine(settings.database_url, pool_size=10)
    app.state.templates = {each: page_environment(each) for each in Language}
    app.add_middleware(limits.BodyLimit, largest_file=settings.max_upload_bytes, refuse=_refusal)
    app.middleware("http")(security.guard)
    errors.install(app)
    routes.include(app)
    api = interface.create_api(settings, app.state.engine)
    app.state.describe_api = api.state.describe
    app.mount(interface.PREFIX, api, name="api")
    app.mount("/static/vendor", StaticFiles(directory=frontend_root()), name="vendor")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
