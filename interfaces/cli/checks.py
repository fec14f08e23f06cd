"""What `datatrail doctor` looks at, part by part."""

import os
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from interfaces.cli.home_directory import nearest_directory, trial_directory
from interfaces.cli.ordinary_user import jail_as_ordinary_user
from interfaces.cli.secrets import masked_url, without_secrets
from interfaces.composition.databases import (
    check_embedded_database,
    check_own_stores,
    embedded_database_runs,
    records,
)
from interfaces.composition.own_stores import require_own_database
from interfaces.composition.parts import (
    check_queue,
    jail_findings,
    language_model,
    object_store,
    subject_keys,
)
from interfaces.settings import Settings

_OURS = ("application", "infrastructure", "interfaces")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part, whether it works, and a sentence. None: it does not, and is not needed."""

    name: str
    ok: bool | None
    sentence: str


def python(_settings: Settings) -> Sequence[Finding]:
    """The interpreter and the libraries that touch tables."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "polars"))
    sentence = f"{platform.python_version()} on {platform.machine()}, {libraries}"
    return [Finding(name="Python", ok=True, sentence=sentence)]


def database(settings: Settings) -> Sequence[Finding]:
    """The configured database, or one that runs here."""
    if settings.database_url is not None:
        url = masked_url(settings.database_url.get_secret_value())
        return [
            _asked(
                settings, "PostgreSQL", "DATATRAIL_DATABASE_URL", lambda: _answers(settings, url)
            )
        ]
    return [_asked(settings, "PostgreSQL", "DATATRAIL_HOME", lambda: _embedded(settings))]


def queue(settings: Settings) -> Sequence[Finding]:
    """The configured broker, or the one in the process."""

    def ask() -> str:
        if settings.amqp_url is None:
            return "in the process; for processes apart, set DATATRAIL_AMQP_URL"
        check_queue(settings)
        return f"RabbitMQ answers at {masked_url(settings.amqp_url.get_secret_value())}"

    return [_asked(settings, "queue", "DATATRAIL_AMQP_URL", ask)]


def storage(settings: Settings) -> Sequence[Finding]:
    """The configured bucket, or the directory."""

    def ask() -> str:
        check_own_stores(settings)
        if settings.s3_bucket is None:
            return _local_storage(settings)
        object_store(settings).check()
        subject_keys(settings).check()
        endpoint = settings.s3_endpoint
        where = f"at {masked_url(endpoint)}" if endpoint else f"in {settings.s3_region}"
        return f"buckets {settings.s3_bucket} and {settings.keys_bucket} answer {where}"

    return [_asked(settings, "storage", "the settings DATATRAIL_S3_* and DATATRAIL_KEYS_*", ask)]


def jails(settings: Settings) -> Sequence[Finding]:
    """nsjail, its parts, and a whole jail: as this user, and as an ordinary one."""
    found = [
        Finding(name=_jail_name(each.name), ok=each.ok, sentence=each.sentence)
        for each in jail_findings(settings)
    ]
    return [*found, _jail_as_other()]


def model(settings: Settings) -> Sequence[Finding]:
    """The configured endpoint, or the built-in planner."""

    def ask() -> str:
        chosen = language_model(settings)
        chosen.check()
        if settings.model_base_url is None:
            return f"{chosen.name}; for a larger one, set DATATRAIL_MODEL_BASE_URL"
        return f"{chosen.name} answers at {masked_url(settings.model_base_url)}"

    return [_asked(settings, "model", "the settings DATATRAIL_MODEL_*", ask)]


CHECKS: Mapping[str, Callable[[Settings], Sequence[Finding]]] = {
    "Python": python,
    "PostgreSQL": database,
    "queue": queue,
    "storage": storage,
    "nsjail": jails,
    "model": model,
}


def _asked(settings: Settings, name: str, setting: str, ask: Callable[[], str]) -> Finding:
    """What came of asking. An exception that is not ours could quote a secret: its kind must do."""
    try:
        return Finding(name=name, ok=True, sentence=ask())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        sentence = f"{setting} cannot be used ({type(error).__name__}): correct it"
        if type(error).__module__.partition(".")[0] in _OURS and str(error):
            sentence = without_secrets(str(error), settings)
        return Finding(name=name, ok=False, sentence=sentence)


def _answers(settings: Settings, where: str) -> str:
    with records(settings) as found:
        found.log.check()
    return f"answers at {where}, at the schema of this version"


def _embedded(settings: Settings) -> str:
    """Ask the one that runs, start the one that does not, or try one where none was made yet."""
    directory = settings.data_directory.postgres
    if embedded_database_runs(settings):
        return f"embedded, running now over {directory}"
    if settings.data_directory.database.exists():
        check_embedded_database(directory)
        return f"embedded, starts over {directory}"
    require_own_database(settings)
    with trial_directory(settings.data_directory.root) as trial:
        check_embedded_database(trial / "postgres")
    return f"embedded, can be made and started; will be in {directory}"


def _local_storage(settings: Settings) -> str:
    directory = settings.data_directory.objects
    if directory.exists():
        object_store(settings).check()
        found = "can be written to"
    else:
        with trial_directory(settings.data_directory.root) as trial:
            object_store(settings.model_copy(update={"home": trial})).check()
        found = "can be made"
    free = shutil.disk_usage(nearest_directory(directory)).free / 2**30
    return f"the directory {directory} {found}, {free:,.1f} GiB free"


def _jail_name(part: str) -> str:
    if part != "jail":
        return part if part == "nsjail" else f"nsjail: {part}"
    return "jail as root" if os.geteuid() == 0 else "jail as this user"


def _jail_as_other() -> Finding:
    """The mode that this process is not in: nobody needs it here, but an operator may wonder."""
    if os.geteuid() != 0:
        sentence = "not tried: run the doctor as root to see"
        return Finding(name="jail as root", ok=None, sentence=sentence)
    obstacle = jail_as_ordinary_user()
    if obstacle is not None:
        return Finding(name="jail as ordinary user", ok=None, sentence=obstacle)
    sentence = "a jail was entered and imported pandas"
    return Finding(name="jail as ordinary user", ok=True, sentence=sentence)
