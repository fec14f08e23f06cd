"""Where a chat model is, how to ask it, and how long to wait."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


class ModelSettingsInvalid(ValueError):
    """An endpoint cannot be asked with these settings; the message says which to check."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a million tokens cost, in one currency."""

    input: float
    output: float

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """The estimated cost: a server may count, discount and round in other ways."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


@dataclass(frozen=True, kw_only=True)
class ChatModelSettings:
    """How to reach a chat model.

    `base_url` usually ends in ``/v1``. Servers without accounts need no `api_key`.
    `timeout_seconds` bounds one question, with all that it takes: waiting, retrying and asking
    again. `max_attempts` is how many replies a question may cost before the model is given up.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    max_attempts: int = 3
    prices: Prices | None = None

    def __post_init__(self) -> None:
        if not _is_web_address(self.base_url):
            raise ModelSettingsInvalid(
                "The model's address is not an http:// or https:// URL. "
                "Check DATATRAIL_MODEL_BASE_URL."
            )
        if self.api_key and not _fits_a_header(self.api_key):
            raise ModelSettingsInvalid(
                "The model's key holds a space or a character that no key has. "
                "Check DATATRAIL_MODEL_API_KEY."
            )
        if not self.model.strip():
            raise ModelSettingsInvalid("The model has no name. Set DATATRAIL_MODEL_NAME.")
        if self.timeout_seconds <= 0 or self.max_attempts < 1:
            raise ModelSettingsInvalid("A question needs some seconds and at least one attempt.")

    @property
    def address(self) -> str:
        """The base URL as it may be shown: without user, password and query."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _fits_a_header(key: str) -> bool:
    return all("!" <= character <= "~" for character in key)
