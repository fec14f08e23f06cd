"""Health and self-description, for operators and the curious."""

import logging
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

from fastapi import APIRouter
from pydantic import Field

from domain.session.decide import MESSAGE_LIMIT, WAITING_LIMIT
from domain.table import MOST_COLUMNS
from interfaces.http.dependencies import ServiceOf
from interfaces.http.problem_kinds import CATALOGUE, NOT_READY
from interfaces.http.problem_responses import documented
from interfaces.http.problems import OUTAGES, Refusal
from interfaces.http.row_questions import ROWS_PER_PAGE
from interfaces.http.schemas import TITLE_CHARACTERS, Document

logger = logging.getLogger(__name__)

OK = "ok"

health_router = APIRouter(prefix="/health", tags=["health"])
about_router = APIRouter(tags=["about"])


class Limits(Document):
    """The greatest sizes that this service takes."""

    upload_bytes: int
    columns: int
    message_characters: int
    title_characters: int
    waiting_messages: int = Field(description="How many messages of a session may wait at once.")
    rows_per_page: int


class Info(Document):
    """What this service is."""

    name: str = Field(examples=["datatrail"])
    version: str
    model: str = Field(description="The language model, as it is named in the log.")
    broker: str = Field(examples=["in-process", "rabbitmq"])
    storage: str = Field(examples=["local", "s3"])
    python: str
    limits: Limits


class Health(Document):
    """Says that the service answers, and which of its parts were asked."""

    status: str = Field(examples=["ok"])
    checks: Mapping[str, str] = Field(default_factory=dict, examples=[{"log": "ok"}])


class ProblemKindResource(Document):
    """A kind of problem."""

    type: str
    status: int
    title: str
    advice: str


class ProblemCatalogue(Document):
    """Every kind of problem that this API can answer with."""

    items: Sequence[ProblemKindResource]


@health_router.get("/live", summary="Is the process alive?")
def live() -> Health:
    """Answers as long as the process serves requests; asks nothing of its parts."""
    return Health(status=OK)


@health_router.get("/ready", summary="Can requests be served?", responses=documented(NOT_READY))
def ready(service: ServiceOf) -> Health:
    """Asks every part that requests depend on; 503 names those that do not answer."""
    results = {name: _ask(name, check) for name, check in service.checks.items()}
    failing = [name for name, result in results.items() if result != OK]
    if failing:
        raise Refusal(
            NOT_READY, f"These parts do not answer: {', '.join(failing)}.", checks=results
        )
    return Health(status=OK, checks=results)


@about_router.get("/info", summary="What is this service?")
def info(service: ServiceOf) -> Info:
    """Its version, its parts, and the greatest sizes that it takes."""
    return Info(
        name="datatrail",
        version=version("datatrail"),
        model=service.model,
        broker=service.broker,
        storage=service.storage,
        python=platform.python_version(),
        limits=Limits(
            upload_bytes=service.max_upload_bytes,
            columns=MOST_COLUMNS,
            message_characters=MESSAGE_LIMIT,
            title_characters=TITLE_CHARACTERS,
            waiting_messages=WAITING_LIMIT,
            rows_per_page=ROWS_PER_PAGE,
        ),
    )


@about_router.get("/problems", summary="List the kinds of problems")
def list_problems() -> ProblemCatalogue:
    """Every `type` that an error can have, with its status and what to do."""
    return ProblemCatalogue(items=[ProblemKindResource.model_validate(kind) for kind in CATALOGUE])


def _ask(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        # Of an outage there is one at every look, and where it was met says nothing.
        place = None if isinstance(error, OUTAGES) else error
        more = {"check": name, "outage": str(error)}
        logger.warning("readiness check failed", exc_info=place, extra=more)
        return str(error) or "it does not answer"
    return OK
