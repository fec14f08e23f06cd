"""What every verb does first: settings, and how log lines look."""

from pydantic import ValidationError

from interfaces.composition import configure_logging
from interfaces.settings import Settings


class SettingsInvalid(Exception):
    """A setting in the environment cannot be used."""

    def __init__(self, error: ValidationError) -> None:
        problems = "; ".join(
            # The value itself may be a secret, so it is not repeated.
            f"{'DATATRAIL_' + str(each['loc'][0]).upper() if each['loc'] else 'settings'}: "
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False)
        )
        super().__init__(f"{problems}. Correct the environment or .env and start again.")


def started_settings() -> Settings:
    """The settings of this process, with logging configured. Raises SettingsInvalid."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsInvalid(error) from None
    configure_logging(level=settings.log_level, json=settings.log_json)
    return settings
