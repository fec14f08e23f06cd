"""Objects of a server as files of which only what is read is fetched."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class RemoteFile(io.RawIOBase):
    """A file of `size` bytes that `read_range(start, length)` brings; for one thread at a time.

    `failure` is what a read raised last: libraries that read for us tell it as something else.
    """

    def __init__(self, size: int, read_range: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._read_range = read_range
        self._place = 0
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, origin + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        length = min(len(view), self._size - self._place)
        if length <= 0:
            return 0
        try:
            read = self._read_range(self._place, length)
        except Exception as error:
            self.failure = error
            raise
        view[: len(read)] = read
        self._place += len(read)
        return len(read)
