"""What can go wrong in the PostgreSQL adapter beyond what the ports name."""


class ProjectionFailed(Exception):
    """A projection could not take an event, so the append was undone as a whole."""

    def __init__(self, projection: str, *, stream_id: str, version: int, event_type: str) -> None:
        super().__init__(
            f"projection {projection} could not take event {version} ({event_type}) of "
            f"{stream_id}, so nothing was appended; the cause is the error before this one. "
            f"If the projection is damaged, run: datatrail projections rebuild {projection}"
        )
        self.projection = projection


class UnknownProjection(Exception):
    """There is no projection of this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no projection {name!r}; there are {', '.join(known)}")
        self.name = name


class RebuildInProgress(Exception):
    """Somebody else is rebuilding the projection now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"projection {name} is being rebuilt already; wait for that to end")
        self.name = name


class RebuildStalled(Exception):
    """The new build could not catch up with the log or be swapped in; the live one is untouched."""


class MigrationRefused(Exception):
    """The owner's role may not do what the migration needs; the message says what to run."""


class SequencerDamaged(Exception):
    """What the sequencer wrote before does not fit together; it gives no more positions."""


class LeadershipLost(Exception):
    """Another sequencer has moved the log's order on, so this one is not the leader any more."""
