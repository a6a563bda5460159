"""Where the front-end packages (bootstrap, htmx, the Chinese font) lie."""

from functools import cache
from pathlib import Path

from server.errors import AppError

SERVER = Path(__file__).resolve().parent.parent


@cache
def frontend_root() -> Path:
    """Return the folder of installed npm packages, e.g. `<root>/bootstrap/dist/css/…`.

    In a wheel it is `server/_frontend`, beside a checkout `node_modules`. AppError when neither
    is there.
    """
    for folder in (SERVER / "_frontend", SERVER.parent / "node_modules"):
        if folder.is_dir():
            return folder
    raise AppError(f"缺少前端资源（{SERVER.parent / 'node_modules'}）：请先运行 make install。")
