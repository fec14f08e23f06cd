"""What a snippet printed and answered: kept in object storage, and brought back.

It may hold any cell: never log it, nor record it in an event.
"""

import base64
import json
from pathlib import Path

from application.artifacts import ArtifactKind, Artifacts
from application.ports.sandbox import Output
from application.ports.snapshots import Snapshots
from domain.execution import AnswerKind, Printed, StoredAnswer
from domain.session.events import Snapshot

_ANSWER = "answer:"


def keep_printed(artifacts: Artifacts, output: Output) -> tuple[Printed | None, Printed | None]:
    """Store what was printed to stdout and to stderr; None where that is nothing."""
    return (
        _keep_printed(artifacts, output.stdout, output.stdout_bytes),
        _keep_printed(artifacts, output.stderr, output.stderr_bytes),
    )


def fetch_printed(artifacts: Artifacts, printed: Printed) -> bytes:
    """What was kept of it. Raises ObjectMissing, and ArtifactCorrupt when its bytes changed."""
    return artifacts.fetch_salted(ArtifactKind.OUTPUT, printed.digest)


def keep_answer(
    artifacts: Artifacts, snapshots: Snapshots, kind: AnswerKind, answer: Path, like: Snapshot
) -> StoredAnswer:
    """Store the file that holds an answer of that kind, found in a table like that one."""
    size = answer.stat().st_size
    if kind is AnswerKind.TABLE:
        table = snapshots.keep(answer, [like])
        return StoredAnswer(
            kind=kind, address=table.address, size_bytes=size, table=table.shape.size
        )
    digest = artifacts.keep_salted(ArtifactKind.ANSWER, answer.read_bytes())
    return StoredAnswer(kind=kind, address=_ANSWER + digest, size_bytes=size)


def fetch_answer(artifacts: Artifacts, answer: StoredAnswer) -> bytes:
    """The JSON of an answer that is no table. Raises as `fetch_printed`."""
    return artifacts.fetch_salted(ArtifactKind.ANSWER, answer.address.removeprefix(_ANSWER))


def fetch_model(artifacts: Artifacts, answer: StoredAnswer) -> tuple[bytes, bytes]:
    """The scores of a model, as JSON, and the file that holds it. Raises as `fetch_printed`."""
    document = json.loads(fetch_answer(artifacts, answer))
    model = base64.b64decode(document.pop("skops"))
    return json.dumps(document, ensure_ascii=False).encode(), model


def _keep_printed(artifacts: Artifacts, kept: bytes, size_bytes: int) -> Printed | None:
    if not kept:
        return None
    return Printed(
        digest=artifacts.keep_salted(ArtifactKind.OUTPUT, kept),
        size_bytes=size_bytes,
        kept_bytes=len(kept),
    )
