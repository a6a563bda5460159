"""Put templates and front-end files into a wheel; an editable installation needs neither."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = (
    "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap/LICENSE",
    "htmx.org/dist/htmx.min.js",
    "htmx.org/LICENSE",
    "@fontsource-variable/noto-sans-sc",
)


class PackedFiles(BuildHookInterface[Any]):
    """Adds `server/_templates` and `server/_frontend`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a standard wheel, or refuse when `make install` has not run."""
        if version != "standard":
            return
        root = Path(self.root)
        missing = [name for name in FRONTEND if not (root / "node_modules" / name).exists()]
        if missing:
            raise FileNotFoundError(f"run `make install` first: node_modules lacks {missing}")
        packed = {str(root / "node_modules" / n): f"server/_frontend/{n}" for n in FRONTEND}
        packed[str(root / "templates")] = "server/_templates"
        build_data["force_include"].update(packed)
