"""What a failed request means: what to do next, and what to tell people.

Sentences name the status and, where a server gives one, its error code; never its text, which may
repeat the key or the prompt.
"""

import random
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import openai

from infrastructure.llm.chat_completions.settings import ChatModelSettings

_FORMAT_REFUSED = frozenset({400, 404, 405, 415, 422, 501})
_PASSING = frozenset({408, 409, 425, 429})
_CODE = re.compile(r"[a-z][a-z_]{2,39}")
_REFUSALS = frozenset({"content_filter", "content_policy_violation"})
_SECONDS = re.compile(r"\d{1,6}(\.\d{1,9})?")
_FIRST_WAIT_SECONDS = 0.25


def may_pass(error: openai.APIError) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, openai.APIStatusError):
        passing = error.status_code in _PASSING or error.status_code >= 500
        return passing and _code(error) != "insufficient_quota"
    return not isinstance(error, openai.APITimeoutError)


def refuses_content(error: openai.APIError) -> bool:
    """Whether a filter before the model kept the question from it."""
    return isinstance(error, openai.APIStatusError) and _code(error) in _REFUSALS


def refuses_format(error: openai.APIError) -> bool:
    """Whether the demand for JSON may be why the request was refused for good.

    Some servers answer 500 to a schema that they do not know, so a repeated 500 counts too.
    """
    if not isinstance(error, openai.APIStatusError) or _code(error) == "model_not_found":
        return False
    return error.status_code in _FORMAT_REFUSED or error.status_code == 500


def wait_before(retry: int, error: openai.APIError) -> float:
    """Seconds to wait before the retry (0 is the first): as the server says, or more each time."""
    # Jitter keeps many workers from coming back all at once.
    if isinstance(error, openai.APIStatusError):
        asked = _seconds(error.response.headers.get("retry-after", ""))
        if asked is not None:
            return asked + random.uniform(0, _FIRST_WAIT_SECONDS)  # noqa: S311 (no secret)
    return _FIRST_WAIT_SECONDS * (1 << retry) * random.uniform(0.5, 1.5)  # noqa: S311 (no secret)


def _seconds(retry_after: str) -> float | None:
    """How long a server asks to wait, in seconds or up to a date; None if it does not say."""
    if _SECONDS.fullmatch(retry_after):
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = until.timestamp() - time.time()
    return left if left > 0 else None


def out_of_time(settings: ChatModelSettings) -> str:
    return (
        f"The model {settings.model} did not answer within {settings.timeout_seconds:g} seconds. "
        "Try again later, or raise DATATRAIL_MODEL_TIMEOUT_SECONDS."
    )


def not_chat_completions(settings: ChatModelSettings) -> str:
    return (
        f"What answers at {settings.address} does not speak the chat completions protocol. "
        "Check DATATRAIL_MODEL_BASE_URL; it usually ends in /v1."
    )


def error_in_its_place(settings: ChatModelSettings) -> str:
    return (
        f"The model server at {settings.address} sent an error in the place of a reply. "
        "Try again later, or look at its log."
    )


def too_long(settings: ChatModelSettings) -> str:
    return (
        f"The model {settings.model} sent more than any reply takes, so it was not read to its "
        f"end. Send the message again; if that does not help, look at what answers at "
        f"{settings.address}."
    )


def sentence(error: openai.APIError, settings: ChatModelSettings) -> str:
    """What happened and what to do, for people and for the log."""
    if isinstance(error, openai.APITimeoutError):
        return out_of_time(settings)
    if not isinstance(error, openai.APIStatusError):
        return (
            f"The model server at {settings.address} cannot be reached. "
            "Check that it runs, and DATATRAIL_MODEL_BASE_URL."
        )
    status = error.status_code
    told = f"{status}, {code}" if (code := _code(error)) else f"{status}"
    match status:
        case _ if status < 400:
            return (
                f"The model server at {settings.address} sends questions on to another address "
                f"({told}), where they may not belong. Set DATATRAIL_MODEL_BASE_URL to the "
                "address that answers."
            )
        case 401 | 403:
            return (
                f"The model server refused the key ({told}). Check DATATRAIL_MODEL_API_KEY "
                f"and that it may use {settings.model}."
            )
        case 404:
            return (
                f"The model server at {settings.address} knows no model {settings.model} ({told}). "
                "Check DATATRAIL_MODEL_NAME, and that DATATRAIL_MODEL_BASE_URL ends as it should, "
                "usually in /v1."
            )
        case 402 | 429 if status == 402 or _code(error) == "insufficient_quota":
            return f"The account of the model has no credit left ({told}). Top it up, then retry."
        case 429:
            return f"The model server has too much to do ({told}). Try again in a while."
        case 413:
            return f"The table has too many columns for this model server ({told}). Keep fewer."
        case _ if status >= 500:
            return f"The model server failed ({told}). Try again later, or look at its log."
        case _ if _code(error) == "context_length_exceeded":
            return (
                f"The question is too long for {settings.model} ({told}). Use a model with a "
                "larger context, a shorter message or a table of fewer columns."
            )
    return (
        f"The model server refused the question ({told}). "
        f"Check that {settings.model} is a chat model."
    )


def _code(error: openai.APIStatusError) -> str | None:
    body: object = error.body
    code: Any = body.get("code") if isinstance(body, Mapping) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
