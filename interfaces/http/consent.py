"""Consent: whether a language model may see cells of a session's tables."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BeforeValidator, ConfigDict, Field

from domain.session.commands import AllowDisclosure, WithdrawDisclosure
from domain.session.consent import MOST_SAMPLE_ROWS
from interfaces.http.dependencies import OriginOf, ServiceOf, SessionId, SessionOf
from interfaces.http.problem_kinds import (
    BODY_TOO_LARGE,
    INVALID_REQUEST,
    MALFORMED_JSON,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document, Request


def _as_whole(value: object) -> object:
    """5.0 is 5: JSON has one kind of numbers, and some clients write all of them so."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Consent(Request):
    """How many rows of the table a language model may be shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sample_rows": 5}]})

    # What is nearly a number, as true is, allows nothing.
    sample_rows: Annotated[
        int,
        BeforeValidator(_as_whole),
        Field(ge=0, le=MOST_SAMPLE_ROWS, strict=True, description="0 withdraws the consent."),
    ]


class ConsentResource(Document):
    """What the session's consent is now."""

    sample_rows: int = Field(
        description="How many rows a language model may be shown; with 0, no cell at all."
    )


router = APIRouter(prefix="/sessions/{session_id}/consent", tags=["sessions"])


@router.get(
    "",
    summary="Look at the consent",
    responses=documented(SESSION_UNKNOWN, UNAVAILABLE),
)
def get_consent(session: SessionOf) -> ConsentResource:
    """Without consent, a model is told names, types and statistics of columns, and no cell."""
    return ConsentResource(sample_rows=session.sample_rows)


@router.put(
    "",
    summary="Let a model see sample rows",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        SESSION_CLOSED,
        SESSION_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def put_consent(
    session_id: SessionId, body: Consent, service: ServiceOf, origin: OriginOf
) -> ConsentResource:
    """From the next call on, a model is shown up to so many rows of the table and frequent and
    extreme values of its columns, personal data masked. The consent is recorded in the log.
    """
    rows = body.sample_rows
    command = AllowDisclosure(rows=rows) if rows else WithdrawDisclosure()
    service.handler.handle(session_id, command, origin)
    return ConsentResource(sample_rows=rows)


@router.delete(
    "",
    summary="Withdraw the consent",
    responses=documented(SESSION_UNKNOWN, SESSION_BUSY, UNAVAILABLE),
)
def withdraw_consent(
    session_id: SessionId, service: ServiceOf, origin: OriginOf
) -> ConsentResource:
    """From the next call on, a model is shown no cell. Withdrawing it twice does no harm."""
    service.handler.handle(session_id, WithdrawDisclosure(), origin)
    return ConsentResource(sample_rows=0)
