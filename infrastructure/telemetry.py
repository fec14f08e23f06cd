"""How log lines look: structlog renders what the standard library's loggers say."""

import logging
import sys

import structlog
from structlog.typing import Processor


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
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Their INFO tells of every connection and request, which is ours to tell. The client of models
    # takes its level from OPENAI_LOG, and would then tell the questions as well.
    for noisy in ("httpx", "openai._base_client", "alembic", "dramatiq", "obstore", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It logs each failed connection several times, and raises it as well.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
