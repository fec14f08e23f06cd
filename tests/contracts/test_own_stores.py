"""A process does not make itself at home where a volume is not mounted, or in another's bucket."""

from dataclasses import dataclass
from pathlib import Path
from shutil import move, rmtree

import psycopg
import pytest
from pydantic import SecretStr

from interfaces.composition.own_stores import NotItsOwnStore
from interfaces.composition.processes import opened
from interfaces.settings import Settings
from tests.contracts.conftest import LogDatabase
from tests.services.seaweedfs import S3Settings


@dataclass(frozen=True)
class Place:
    """Where a process keeps files and keys; the log says that there are some."""

    settings: Settings

    def start(self) -> None:
        with opened(self.settings):
            return


@pytest.fixture
def place(log_database: LogDatabase, tmp_path: Path) -> Place:
    with psycopg.connect(log_database.owner_url.replace("+psycopg", "", 1)) as owner:
        owner.execute("INSERT INTO signed_checkpoints VALUES (1, 14, '', '', now())")
    database = SecretStr(log_database.service_url)
    return Place(Settings(home=tmp_path, database_url=database, jails_waiting=0))


def fill(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True)
        file.touch()


def test_empty_directories_are_refused_and_left_empty_until_they_are_mounted(
    place: Place, tmp_path: Path
) -> None:
    objects, keys = tmp_path / "objects", tmp_path / "keys"
    fill(objects / "checkpoints" / "1" / "14", keys / "subjects" / "one")
    place.start()
    for each in (objects, keys):
        move(each, tmp_path / "volume")
        with pytest.raises(NotItsOwnStore, match=f"{each}.*: mount the volume"):
            place.start()
        assert not each.exists()
        move(tmp_path / "volume", each)
        place.start()


def test_who_lost_the_files_for_good_can_go_on_without_them(place: Place, tmp_path: Path) -> None:
    with pytest.raises(NotItsOwnStore, match="checkpoints/0/lost, and start again"):
        place.start()
    fill(tmp_path / "objects" / "checkpoints" / "0" / "lost")
    with pytest.raises(NotItsOwnStore, match="subjects/lost, and start again"):
        place.start()
    fill(tmp_path / "keys" / "subjects" / "lost")
    place.start()


def test_a_log_that_was_never_signed_may_begin_anywhere(
    log_database: LogDatabase, tmp_path: Path
) -> None:
    database = SecretStr(log_database.service_url)
    Place(Settings(home=tmp_path, database_url=database, jails_waiting=0)).start()
    rmtree(tmp_path / "objects")


def test_empty_buckets_are_refused(place: Place, s3_settings: S3Settings) -> None:
    def within(bucket: str, keys_bucket: str) -> Place:
        secret = {
            "s3_access_key": SecretStr(s3_settings.access_key),
            "s3_secret_key": SecretStr(s3_settings.secret_key),
        }
        buckets = {"s3_bucket": bucket, "keys_bucket": keys_bucket}
        server = {"s3_endpoint": s3_settings.endpoint, "s3_allow_http": True}
        return Place(place.settings.model_copy(update=secret | buckets | server))

    with pytest.raises(NotItsOwnStore, match="bucket"):
        within(s3_settings.keys_bucket, s3_settings.bucket).start()
