"""What lies where under `home`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataDirectory:
    """The directory of a service that keeps what no database, bucket or key was given for."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded database: its server's files, and in ``data`` its own."""
        return self.root / "postgres"

    @property
    def database(self) -> Path:
        """The embedded database's own files: there is none yet where this is missing."""
        return self.postgres / "data"

    @property
    def objects(self) -> Path:
        """Uploads, tables, and whatever else would be in a bucket."""
        return self.root / "objects"

    @property
    def keys(self) -> Path:
        """All keys: they are backed up apart from the rest."""
        return self.root / "keys"

    @property
    def subject_keys(self) -> Path:
        """The keys that personal data is sealed with."""
        return self.keys / "subjects"

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs checkpoints."""
        return self.keys / "checkpoints.key"

    @property
    def scratch(self) -> Path:
        """Files in the making, of no worth to the next process."""
        return self.root / "scratch"
