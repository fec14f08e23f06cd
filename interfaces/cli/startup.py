"""What every verb does first: settings, and how log lines look."""

import logging

from pydantic import ValidationError

from interfaces.composition.telemetry import configure_logging
from interfaces.settings import PREFIX, Settings, unknown_settings

logger = logging.getLogger(__name__)


class SettingsInvalid(Exception):
    """A setting in the environment cannot be used."""

    def __init__(self, error: ValidationError) -> None:
        problems = "; ".join(
            # The value itself may be a secret, so it is not repeated.
            f"{PREFIX + str(each['loc'][0]).upper() if each['loc'] else 'settings'}: "
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False)
        )
        super().__init__(f"{problems}. Correct the environment or .env and start again.")


class LogLevelUnknown(Exception):
    """DATATRAIL_LOG_LEVEL is none that we know."""

    def __init__(self) -> None:
        super().__init__("DATATRAIL_LOG_LEVEL must be one of DEBUG, INFO, WARNING and ERROR.")


def started_settings(*, quiet: bool = False) -> Settings:
    """The settings of this process, with logging configured. Raises SettingsInvalid.

    `quiet` is for verbs that speak to a person: unless a level is set, they log only what is
    wrong.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsInvalid(error) from None
    unset = "log_level" not in settings.model_fields_set
    try:
        configure_logging(
            level="WARNING" if quiet and unset else settings.log_level, json=settings.log_json
        )
    except ValueError:
        raise LogLevelUnknown from None
    for name, meant in unknown_settings().items():
        # Not refused: Kubernetes sets such for a service that is called datatrail.
        logger.warning("no such setting", extra={"name_given": name, "perhaps_meant": meant})
    return settings
