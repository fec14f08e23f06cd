"""The sandbox: every snippet runs alone in an nsjail, or not at all.

For a notebook there is `transformation`, apart: who only starts jails need not import pandas.
"""

from infrastructure.nsjail.doctor import Finding, probe
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.sandbox import NsjailSandbox

__all__ = ["Finding", "JailLimits", "NsjailSandbox", "probe"]
