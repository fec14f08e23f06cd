"""The session in the README is real: its commands print what stands under them."""

import re
import subprocess
from pathlib import Path

from tests.e2e.deployments import Deployment

REPOSITORY = Path(__file__).parents[2]
# The pauses are as long as a task takes for a person: here, as long as it takes this machine.
PATIENCE = """
sleep() {
    while curl -s "$SESSION/tasks" | grep -qE '"status":"(queued|running)"'
    do command sleep 0.1; done
}
"""


def test_the_session_in_the_readme_prints_what_it_says(embedded_deployment: Deployment) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    (session,) = re.findall(r"```console\n(.*?)```", readme, re.DOTALL)
    commands = [line[2:] for line in session.splitlines() if line.startswith("$ ")]
    printed = [line for line in session.splitlines() if not line.startswith("$ ")]
    url = str(embedded_deployment.client.base_url).rstrip("/")
    script = "\n".join([PATIENCE, *commands]).replace("http://127.0.0.1:8000", url)
    run = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert not run.stderr
    assert run.stdout.splitlines() == printed
