"""How log lines look: structlog renders what the standard library's loggers say."""

import logging
import sys

import structlog
from structlog.typing import Processor

_OURS = frozenset({"application", "domain", "infrastructure", "interfaces"})


def configure_logging(*, level: str, json: bool) -> None:
    """Send every logger's lines to standard error, as JSON or for people.

    Facts go in ``extra``; they become keys of the line.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The prettier ones print local variables: cells of a table, and secrets.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    final: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        final.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*final, renderer])
    )
    handler.addFilter(_is_ours_or_a_warning)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # It logs each failed connection several times, and raises it as well.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def _is_ours_or_a_warning(line: logging.LogRecord) -> bool:
    """The INFO of libraries tells of every connection and request, which is ours to tell.

    Some do it with whole addresses, and the secrets in them; the client of models takes its level
    from OPENAI_LOG, and would tell the questions.
    """
    return line.levelno >= logging.WARNING or line.name.partition(".")[0] in _OURS
