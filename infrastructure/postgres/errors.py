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


class MigrationRefused(Exception):
    """The owner's role may not do what the migration needs; the message says what to run."""


class SequencerDamaged(Exception):
    """What the sequencer wrote before does not fit together; it gives no more positions."""


class LeadershipLost(Exception):
    """Another sequencer has moved the log's order on, so this one is not the leader any more."""
