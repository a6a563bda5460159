"""The form of every error (RFC 9457), with a Chinese sentence that names place and remedy."""

from typing import Any

from pydantic import Field

from server.api.schemas.common import Resource


class Fault(Resource):
    """One place of a request that is wrong."""

    place: str = Field(description="在哪里，如 query.limit、body.version")
    message: str


class Problem(Resource):
    """Why a request was not carried out; nothing of it was kept."""

    type: str
    title: str
    status: int
    detail: str = Field(description="哪里不对、怎么办")
    code: str
    faults: list[Fault] = Field(default_factory=list)
    current: dict[str, Any] | None = Field(None, description="409 时该对象现在的内容")
    reference: str = Field("", description="500 时告诉系统管理员的编号")
