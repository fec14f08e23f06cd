"""Keeping secrets out of what is printed."""

from urllib.parse import unquote, urlsplit, urlunsplit

from pydantic import SecretStr

from interfaces.settings import Settings

MASK = "***"


def without_secrets(text: str, settings: Settings) -> str:
    """`text` with every secret of the settings masked, and the passwords in their URLs."""
    for secret in sorted(_secrets(settings), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def masked_url(url: str) -> str:
    """`url` for people: the address, without a password and without a query."""
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return MASK
    if not parts.scheme:
        return MASK
    user, at, host = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}:{MASK}" if password else user
    return urlunsplit((parts.scheme, f"{shown}{at}{host}", parts.path, "", ""))


def _secrets(settings: Settings) -> set[str]:
    found: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            text = value.get_secret_value()
            found |= {text, *_passwords(text)}
    return found - {""}


def _passwords(url: str) -> set[str]:
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return set()
    return {password, unquote(password)}
