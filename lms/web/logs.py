"""Structured logs: lines for people on a terminal, JSON elsewhere, never a secret in either."""

import logging
import sys
from collections.abc import Sequence

import structlog

from lms.settings import Settings


def configure_logs(chosen: Settings) -> None:
    """Set up structlog for this process; called once at start."""
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty() and not chosen.log_json
        else structlog.processors.JSONRenderer()
    )
    level = logging.getLevelNamesMapping()[chosen.log_level]
    always: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*always, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _take_lines_of_libraries(always, renderer, max(level, logging.WARNING))


def _take_lines_of_libraries(
    always: Sequence[structlog.types.Processor], renderer: structlog.types.Processor, level: int
) -> None:
    """What asyncpg, the queue or the web server say becomes a line like ours."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=always,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level)
