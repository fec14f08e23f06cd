"""A fitted model of scikit-learn in ``result``, as JSON. Runs in the jail.

It is written by `skops`, whose files say which types they hold and run nothing when they are read;
the host never reads it as a model.
"""

import base64
import math
import sys
from typing import Any


def model_document(value: object) -> dict[str, Any] | None:
    """`value` as JSON if it is a fitted model, or a dict of one as ``model``, beside which numbers
    by name may stand as ``scores`` and ``importance``; else None.

    Raises TypeError or ValueError for a model that skops cannot write.
    """
    if "sklearn" not in sys.modules:
        return None
    from sklearn.base import BaseEstimator  # noqa: PLC0415 - it takes a second, and few need it

    told = value if isinstance(value, dict) else {"model": value}
    model = told.get("model")
    if not isinstance(model, BaseEstimator):
        return None
    import skops.io  # noqa: PLC0415 - as above

    return {
        "scores": _numbers(told.get("scores")),
        "importance": _numbers(told.get("importance")),
        "skops": base64.b64encode(skops.io.dumps(model)).decode(),
    }


def _numbers(value: object) -> dict[str, float]:
    """What of `value` are finite numbers by name."""
    if not isinstance(value, dict):
        return {}
    found = ((str(name), float(number)) for name, number in value.items())
    return {name: number for name, number in found if math.isfinite(number)}
