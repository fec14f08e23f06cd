"""A place in the tokens of a message, and how far it was understood."""

from functools import lru_cache

from infrastructure.llm.planner.reading.tokens import Token

_MOST_SKIPPED = 12


class Cursor:
    """A position that words move: `furthest` is how far it ever came."""

    def __init__(self, message: str, tokens: tuple[Token, ...], start: int) -> None:
        self.message = message
        self.tokens = tokens
        self.position = self.furthest = start

    def token(self, ahead: int = 0) -> Token | None:
        """The token here or further ahead; None past the end."""
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def at(self, *phrases: str) -> int:
        """How many tokens the longest of the phrases takes here; 0 when none stands here."""
        token = self.token()
        if token is None:
            return 0
        candidates = _by_first_word(phrases).get(token.word, ())
        return next((len(parts) for parts in candidates if self._stands_here(parts)), 0)

    def take(self, *phrases: str) -> str | None:
        """Read the longest of the phrases that stands here; what was read, else None."""
        length = self.at(*phrases)
        if not length:
            return None
        read = " ".join(t.word for t in self.tokens[self.position : self.position + length])
        self.advance(length)
        return read

    def skip(self, *phrases: str) -> None:
        """Read any of the phrases, as often as anybody says them."""
        for _ in range(_MOST_SKIPPED):
            if not self.take(*phrases):
                return

    def advance(self, length: int = 1) -> None:
        self.position += length
        self.furthest = max(self.furthest, self.position)

    def text(self, start: int, end: int) -> str:
        """The message as written, from one token to before another."""
        if start >= end or start >= len(self.tokens):
            return ""
        return self.message[self.tokens[start].start : self.tokens[end - 1].end]

    def text_around(self, start: int, end: int) -> tuple[str, str]:
        """The message before the token `start`, and from behind the last one before `end`."""
        return self.message[: self.tokens[start].start], self.message[self.tokens[end - 1].end :]

    def _stands_here(self, parts: tuple[str, ...]) -> bool:
        here = self.tokens[self.position : self.position + len(parts)]
        return len(here) == len(parts) and all(
            t.word == part for t, part in zip(here, parts, strict=True)
        )


@lru_cache(maxsize=1024)
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """The phrases in words, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for parts in sorted((tuple(phrase.split()) or (phrase,) for phrase in phrases), key=len)[::-1]:
        found.setdefault(parts[0], []).append(parts)
    return found
