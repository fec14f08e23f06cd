"""The sandbox: every snippet runs alone in an nsjail, or not at all."""

from infrastructure.nsjail.doctor import Finding, probe
from infrastructure.nsjail.limits import JailLimits
from infrastructure.nsjail.sandbox import NsjailSandbox
from infrastructure.nsjail.transformation import (
    FrameNotStorable,
    MemoryUsedUp,
    ProcessesRefused,
    ProcessorTimeUsedUp,
    ResultTooLarge,
    SnippetCrashed,
    SnippetInvalid,
    SnippetRaised,
    SnippetRefused,
    SnippetTimedOut,
    TransformationFailed,
    execute_safe_transformation,
)

__all__ = [
    "Finding",
    "FrameNotStorable",
    "JailLimits",
    "MemoryUsedUp",
    "NsjailSandbox",
    "ProcessesRefused",
    "ProcessorTimeUsedUp",
    "ResultTooLarge",
    "SnippetCrashed",
    "SnippetInvalid",
    "SnippetRaised",
    "SnippetRefused",
    "SnippetTimedOut",
    "TransformationFailed",
    "execute_safe_transformation",
    "probe",
]
