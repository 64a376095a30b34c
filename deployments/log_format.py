"""How a line of our logs looks, in commands and workers alike: for people, or as JSON."""

from __future__ import annotations

import logging
from typing import Any, Literal

import structlog

from tasks.settings import Settings

#: What Prefect notes about the run that logs.
RUN_FIELDS = ("flow_name", "flow_run_name", "flow_run_id", "task_run_name", "task_run_id")


def formatter(kind: Literal["console", "json"], *, colors: bool = False) -> logging.Formatter:
    """Give a formatter for the standard library; exceptions come with their traceback."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if kind == "json"
        else structlog.dev.ConsoleRenderer(colors=colors)
    )
    exceptions = [structlog.processors.format_exc_info] if kind == "json" else []
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=RUN_FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *exceptions,
            renderer,
        ],
    )


def configured() -> logging.Formatter:
    """Give the formatter that LOG_FORMAT asks for; logging.yml names it."""
    return formatter(Settings.from_env().log_format)
