"""Text of unknown origin, made safe to print."""

SHOWN_CHARACTERS = 60


def printable(text: str, *, keep: str = "") -> str:
    """`text` with what a terminal would obey, such as escape sequences, spelt out instead.

    Characters in `keep` stay as they are.
    """
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode("ascii")
        for c in text
    )


def one_line(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """`text` on one line of at most `limit` characters, safe to print."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def counted(number: int, noun: str) -> str:
    """``1 row``, ``1,204 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def mebibytes(size: int) -> str:
    """A file's size for a person."""
    if size < 2**10:
        return counted(size, "byte")
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.1f} KiB"


def clock(seconds: float) -> str:
    """A time of the day or a duration in hours, minutes and seconds: ``36:00:00``."""
    whole, fraction = divmod(round(abs(seconds) * 1_000_000), 1_000_000)
    shown = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    rest = f".{fraction:06}".rstrip("0") if fraction else ""
    return f"{'-' if seconds < 0 else ''}{shown}{rest}"
