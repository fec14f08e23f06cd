"""What a job in a jail is measured against: the same without one, or in one that was not ready."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from infrastructure.nsjail.binary import locate_nsjail
from infrastructure.nsjail.configuration import jail_configuration
from infrastructure.nsjail.frames import read_table, to_arrow
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.runtime import PYTHON

_READ = "import numpy as np, pandas as pd\ndf = pd.read_parquet('/job/table.parquet')\n"


def in_process(table: Path, snippet: str, result: Path) -> None:
    """Read the table, run the snippet, write what it leaves; here, on nobody's guard."""
    names = {"df": read_table(str(table)), "pd": pd, "np": np}
    exec(compile(snippet, "snippet", "exec"), names)  # noqa: S102 - a snippet of the bench's own
    pq.write_table(to_arrow(names["df"], 10_000), result, compression="zstd")


def in_a_cold_jail(table: Path, snippet: str) -> None:
    """Start an nsjail of the same policy, import pandas, read the table, run the snippet."""
    policy = table.with_suffix(".cfg")
    mount = f'mount {{ src: "{table}" dst: "/job/table.parquet" is_bind: true mandatory: true }}\n'
    policy.write_text(jail_configuration(JailLimits()) + mount, encoding="ascii")
    table.chmod(0o644)
    command = [str(locate_nsjail()), "--quiet", "--config", str(policy), "--"]
    subprocess.run([*command, PYTHON, "-sSPB", "-c", _READ + snippet], check=True, env={}, cwd="/")


def import_pandas(processes: int, times: int) -> None:
    """Import pandas, so many times in turn in each of as many processes at once."""
    for _ in range(times):
        command = [sys.executable, "-c", "import pandas"]
        running = [subprocess.Popen(command) for _ in range(processes)]
        for process in running:
            if process.wait() != 0:
                raise RuntimeError("pandas cannot be imported")


def in_one_process(table: Path, snippets: Sequence[str]) -> None:
    """A plain Python process that takes all steps, each from a file and into one."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom tests.performance.jail_work import in_process\n"
        "table, *snippets = sys.argv[1:]\n"
        "for n, snippet in enumerate(snippets):\n"
        "    made = Path(table).with_suffix(f'.{n % 2}')\n"
        "    in_process(Path(table), snippet, made)\n"
        "    table = made\n"
    )
    subprocess.run([sys.executable, "-c", program, str(table), *snippets], check=True)


def in_one_process_in_memory(table: Path, snippets: Sequence[str]) -> None:
    """A plain Python process that reads once, takes all steps, and writes once."""
    program = (
        "import sys\nimport pandas as pd, numpy as np\n"
        "names = {'df': pd.read_parquet(sys.argv[1]), 'pd': pd, 'np': np}\n"
        "for snippet in sys.argv[2:]:\n    exec(snippet, names)\n"
        "names['df'].to_parquet(sys.argv[1] + '.out')\n"
    )
    subprocess.run([sys.executable, "-c", program, str(table), *snippets], check=True)
