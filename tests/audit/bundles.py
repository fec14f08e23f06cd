"""Bundles taken apart and put together again, and the verifier as an auditor runs it."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import interfaces.cli.verify_bundle
from tests.audit.synthetic import KEY, Members, packed

VERIFIER = Path(interfaces.cli.verify_bundle.__file__)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the verifier said, and how it ended."""

    exit_code: int
    document: dict[str, Any]

    @property
    def first(self) -> tuple[str, int | None]:
        """What was done, and to which version, by the first problem."""
        problem = self.document["problems"][0]
        return problem["kind"], problem["version"]

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return str(self.document["unreadable"] or self.document["problems"][0]["sentence"])


def members_of(bundle: Path) -> Members:
    """What is in an archive."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def judged(
    bundle: Path,
    *,
    public_key: str | None = KEY.verifier.line,
    anchor: Path | None = None,
    anchor_key: str | None = None,
) -> Verdict:
    """The verdict on an archive, in this process."""
    verification = interfaces.cli.verify_bundle.verify(
        bundle, public_key=public_key, anchor=anchor, anchor_key=anchor_key
    )
    document = interfaces.cli.verify_bundle.as_document(verification)
    # Whatever there is to say can be said to a person and to a machine.
    assert interfaces.cli.verify_bundle.told(verification, bundle)
    assert json.dumps(document)
    return Verdict(exit_code=verification.report.exit_code, document=document)


def judged_members(members: Members, directory: Path, **options: Any) -> Verdict:
    """The verdict on an archive of these members."""
    return judged(packed(members, directory / "bundle.zip"), **options)


def run_alone(directory: Path, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """The verifier as a file of its own, in an isolated Python that knows nothing of ours."""
    alone = directory / "verify_bundle.py"
    alone.write_bytes(VERIFIER.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", alone.name, *map(str, arguments)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
