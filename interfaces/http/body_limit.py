"""No request makes us take in more than it may send, nor what would have to be unpacked."""

import re

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.http.connected import service_of
from interfaces.http.problem_kinds import (
    BODY_TOO_LARGE,
    FILE_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problems import Refusal

# A message of the greatest length is far below this, even with every character escaped.
DOCUMENT_BYTES = 256 * 1024
# What a multipart form holds beside its file.
FORM_OVERHEAD_BYTES = 64 * 1024
_UPLOADS = re.compile(r"/v1/sessions/[^/]+/uploads")


class BodyLimit:
    """ASGI middleware: reading the body fails as soon as it announces or brings too much, or brings
    anything packed.

    It fails while it is read, so that whoever reads it cleans up and the answer is a problem like
    any other.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = _UPLOADS.fullmatch(scope["path"]) is not None
        max_upload_bytes = service_of(HTTPConnection(scope)).max_upload_bytes
        limit = max_upload_bytes + FORM_OVERHEAD_BYTES if is_upload else DOCUMENT_BYTES
        announced = _content_length(scope)
        packed = Headers(scope=scope).get("content-encoding", "").strip()
        taken = 0

        def refusal() -> Refusal:
            return file_too_large(max_upload_bytes) if is_upload else _document_too_large()

        async def receive_up_to_the_limit() -> Message:
            nonlocal taken
            if announced > limit:
                raise refusal()
            message = await receive()
            body = message.get("body", b"")
            # Without a body, what is received is that the client leaves.
            if body and packed.lower() not in {"", "identity"}:
                raise Refusal(
                    UNSUPPORTED_MEDIA_TYPE,
                    "Bodies are not taken packed, as the header Content-Encoding says of this "
                    f"one: {packed!r:.50}. Send it as it is, without the header. A file may "
                    "itself be a .gz or .zip.",
                )
            taken += len(body)
            if taken > limit:
                raise refusal()
            return message

        await self._app(scope, receive_up_to_the_limit, send)


def file_too_large(limit: int) -> Refusal:
    """The refusal of a file of more than `limit` bytes."""
    return Refusal(
        FILE_TOO_LARGE,
        f"The file is larger than {limit:,} bytes, the most that this service takes. "
        "Send fewer rows or columns, or the table as Parquet.",
        limit=limit,
    )


def _document_too_large() -> Refusal:
    return Refusal(
        BODY_TOO_LARGE,
        f"The body is larger than {DOCUMENT_BYTES:,} bytes, the most that is read here. "
        "Files go to /v1/sessions/{session_id}/uploads.",
        limit=DOCUMENT_BYTES,
    )


def _content_length(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "")
    # Nineteen digits are too large whatever follows.
    return int(text[:19]) if text.isascii() and text.isdigit() else 0
