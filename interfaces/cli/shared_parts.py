"""What processes of their own must share."""

from interfaces.settings import Settings


class SharedPartsMissing(Exception):
    """A process of its own needs a database and a broker that the others reach too."""

    def __init__(self) -> None:
        super().__init__(
            "Set DATATRAIL_DATABASE_URL and DATATRAIL_AMQP_URL: API, workers and relay in "
            "processes of their own meet there. For everything in one process: datatrail up"
        )


def require_shared_parts(settings: Settings) -> Settings:
    """The settings. Raises SharedPartsMissing."""
    if settings.database_url is None or settings.amqp_url is None:
        raise SharedPartsMissing
    return settings
