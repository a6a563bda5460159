"""What acts say. Strict: "1" is no number, and an unknown name is a mistake."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.api.schemas.common import LARGEST

Words = Annotated[str, Field(max_length=2000)]


class Act(BaseModel):
    """What every act says."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Seen(Act):
    """An act on a matter as it was seen."""

    version: int = Field(ge=1, le=LARGEST, description="所看到的 matter.version")


class Filing(Seen):
    """已报送: a milestone is reported as done."""

    url: Words = Field("", description="公布网址；公布节点必填")
    note: Words = Field("", description="说明")


class Submission(Seen):
    """提交复核: a commitment is reported as done."""

    evidence: Words = Field("", description="佐证：链接或文号")
    note: Words = Field("", description="完成情况")


class Confirmation(Seen):
    """确认销号."""

    note: Words = Field("", description="意见")


class Reason(Seen):
    """退回、重新打开."""

    reason: Words = Field(min_length=1, description="理由，单位会看到")


class Evidence(Act):
    """A remark or a piece of evidence; it adds and overwrites nothing."""

    note: Words = Field("", description="说明；与佐证至少填一项")
    evidence: Words = Field("", description="佐证：链接或文号")


class Tick(Act):
    """勾选: an item is done, or not after all."""

    version: int = Field(ge=1, le=LARGEST, description="所看到的这一项的 version")
    done: bool = Field(description="false 为撤销勾选")
    evidence: Words = Field("", description="佐证：链接、文号或文件名；替换原来填写的")
    note: Words = Field("", description="说明；替换原来填写的")
