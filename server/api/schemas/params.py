"""What addresses carry."""

from typing import Annotated

from fastapi import Path

from server.api.schemas.common import LARGEST

Id = Annotated[int, Path(ge=1, le=LARGEST)]
"""The number of a row, as an address names it."""
