"""The JSON documents of administration, as operators see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from application.ports.projections import Build, BuildState
from application.projection_work import Work, WorkKind, WorkStatus
from interfaces.http.schemas import Document


class DifferenceResource(Document):
    """A table in which the live build was not what the log says."""

    table: str = Field(examples=["nodes"])
    rows: int = Field(description="How many rows are missing, too many, or others.")
    examples: Sequence[str] = Field(description="Keys of some of them.")


class BuildResource(Document):
    """A build of a projection."""

    number: int = Field(description="Counts the projection's builds.")
    state: BuildState = Field(
        description="`live` is what clients read, `kept` what was live before, `building` is "
        "unfinished, `verified` is what the last verification found."
    )
    is_current: bool = Field(description="Whether it is what this version of Datatrail makes.")
    events: int = Field(description="How many events it holds.")
    began_at: datetime
    built_at: datetime | None
    digest: str | None = Field(description="Names the rows that were compared.")
    differences: Sequence[DifferenceResource] | None = Field(
        description="What the live build of that time had otherwise; null if there was none to "
        "compare with."
    )
    error: str | None = Field(description="Why it stopped.")


class WorkResource(Document):
    """Work on a projection by the process that answers."""

    kind: WorkKind
    status: WorkStatus
    began_at: datetime
    ended_at: datetime | None
    events: int = Field(description="How many events are taken.")
    total_events: int | None = Field(description="How many there are, as of the beginning.")
    events_per_second: float | None
    seconds_left: float | None
    build: int | None = Field(description="The number of the build that came of it.")
    error: str | None = Field(description="Why it failed, and what to do.")

    @classmethod
    def of(cls, work: Work, now: datetime) -> "WorkResource":
        """The document of `work`."""
        return cls(
            kind=work.kind,
            status=work.status,
            began_at=work.began_at,
            ended_at=work.ended_at,
            events=work.events,
            total_events=work.total_events,
            events_per_second=work.events_per_second(now),
            seconds_left=work.seconds_left(now),
            build=None if work.build is None else work.build.number,
            error=work.error,
        )


class ProjectionResource(Document):
    """A read model folded from the log."""

    name: str = Field(examples=["session_tree"])
    is_running: bool = Field(description="Whether any process works on it now.")
    total_events: int = Field(description="How many events the log holds.")
    builds: Sequence[BuildResource]
    work: WorkResource | None = Field(
        description="What the process that answers does, or last did, to it."
    )

    @classmethod
    def of(
        cls, name: str, builds: Sequence[Build], work: Work | None, now: datetime
    ) -> "ProjectionResource":
        """The document of the projection, of all projections' `builds`."""
        own = [build for build in builds if build.projection == name]
        works_here = work is not None and work.status is WorkStatus.RUNNING
        return cls(
            name=name,
            is_running=works_here or any(build.is_running for build in own),
            total_events=max((build.total_events for build in own), default=0),
            builds=[BuildResource.model_validate(build) for build in own],
            work=None if work is None else WorkResource.of(work, now),
        )


class ProjectionList(Document):
    """Every projection."""

    items: Sequence[ProjectionResource]


class OpenTransactionResource(Document):
    """A transaction that later events wait for."""

    pid: int | None
    user: str | None
    application: str | None
    state: str | None
    open_for: timedelta | None


class FollowerResource(Document):
    """A reader of the log, such as the relay that wakes workers."""

    name: str = Field(examples=["relay"])
    position: int = Field(
        description="Up to where it is done with the log. If it does not move while `size` does, "
        "its process is down or stopped at the next event, which its log says."
    )


class AnchorResource(Document):
    """The newest signed checkpoint in object storage."""

    epoch: int
    size: int
    signed_at: datetime


class AlarmResource(Document):
    """The log did not go on from what was anchored."""

    raised_at: datetime
    epoch: int
    message: str


class SequencerResource(Document):
    """Where the log's one order is."""

    epoch: int
    size: int = Field(description="How many events have their final position.")
    is_led: bool = Field(description="Whether any process gives positions.")
    waiting: int = Field(description="How many events have none yet, up to a hundred thousand.")
    waiting_since: datetime | None = Field(description="When the first of them was recorded.")
    passed_over: int | None = Field(
        description="How many events have none and will be given none. Other than 0, the database "
        "was altered: restore it from a backup. Null while too many wait to tell."
    )
    held_up_by: Sequence[OpenTransactionResource]
    followers: Sequence[FollowerResource]
    anchor: AnchorResource | None
    alarms: Sequence[AlarmResource]
