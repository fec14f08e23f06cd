"""An HTTP client that reads no body without end: a server may send one that fills the memory."""

from contextlib import closing
from typing import Any

import openai

# Far more than the longest reply, or the longest list of models, with all that servers put beside.
MOST_BYTES = 16 * 1024 * 1024


class BodyTooLong(Exception):
    """A server sent more than `MOST_BYTES`; the rest was not read."""


class BoundedClient(openai.DefaultHttpxClient):
    """The client's own HTTP client, which gives each response up that is too long, unpacked."""

    def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401 - whichever httpx it is of
        """See httpx. Raises BodyTooLong."""
        body = bytearray()
        with closing(super().send(request, **{**options, "stream": True})) as response:
            for part in response.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise BodyTooLong
        # It is unpacked, and whole.
        for name in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
            response.headers.pop(name, None)
        return type(response)(
            response.status_code, headers=response.headers, content=bytes(body), request=request
        )
