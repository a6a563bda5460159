"""How much a request may carry, held before anything of it is parsed."""

from collections.abc import Callable

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.rendering.phrases import megabytes

FORM_ROOM = 1024 * 1024
"""What a form may add to its file: the other fields and the marks between them."""
PATIENCE = 8
"""How many times the limit is read and thrown away, so that the browser shows the answer."""


class BodyLimit:
    """Refuses bodies beyond the limit by their announced length, and by what really arrives."""

    def __init__(
        self, app: ASGIApp, largest_file: int, refuse: Callable[[Request, int, str], Response]
    ) -> None:
        self.app, self.largest_file, self.refuse = app, largest_file, refuse
        self.largest = largest_file + FORM_ROOM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it keeps within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.largest:
            await self._discard(receive)
            answer = self.refuse(Request(scope), 413, self._message())
            await answer(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.largest:
                raise HTTPException(413, self._message())
            return message

        return counted

    async def _discard(self, receive: Receive) -> None:
        left = self.largest * PATIENCE
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return

    def _message(self) -> str:
        return (
            f"上传的文件超过 {megabytes(self.largest_file)}，没有保存。"
            "请压缩图片，或删去与年度报告无关的附件后再上传。"
        )
