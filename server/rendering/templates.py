"""Where the templates lie: beside the project, or packed into the wheel."""

from functools import cache
from pathlib import Path

from server.errors import AppError

SERVER = Path(__file__).resolve().parent.parent


@cache
def templates_dir() -> Path:
    """Return the folder of all templates; AppError when the installation lacks it."""
    for folder in (SERVER / "_templates", SERVER.parent / "templates"):
        if (folder / "base.html").is_file():
            return folder
    raise AppError(f"缺少模板目录（{SERVER.parent / 'templates'}）：请重新安装程序。")
