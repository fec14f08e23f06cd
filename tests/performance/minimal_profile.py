# /// script
# requires-python = ">=3.11"
# dependencies = ["fg-data-profiling==4.20.0", "pyarrow>=20", "setuptools<81"]
# ///
"""The minimal profile of fg-data-profiling, which needs an older pandas than Datatrail has.

Run by ``uv run --no-project --script``, with a Parquet file; it prints the seconds that it took.
"""

import sys
import time

import pandas as pd
from data_profiling import ProfileReport

begin = time.perf_counter()
frame = pd.read_parquet(sys.argv[1])
ProfileReport(frame, minimal=True, progress_bar=False).to_json()
sys.stdout.write(f"\n{time.perf_counter() - begin}\n")
