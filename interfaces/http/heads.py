"""HEAD is answered wherever GET is, with the same headers and no body (RFC 9110)."""

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware: does for HEAD what is done for GET, up to the first byte of the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                return
            await send({**message, "body": b"", "more_body": False})
            if message.get("more_body"):
                raise _HeadSent

        # Parts can be asked for by GET only.
        headers = [header for header in scope["headers"] if header[0] != b"range"]
        with suppress(_HeadSent):
            await self._app({**scope, "method": "GET", "headers": headers}, receive, send_head)


class _HeadSent(Exception):
    """The rest, which may have no end, is not to be made."""
