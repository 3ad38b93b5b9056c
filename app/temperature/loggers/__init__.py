"""Every format of a logger's file: one file, one line."""

from __future__ import annotations

from typing import Final

from app.kit.registry import Registry
from app.temperature.loggers.delimited import DELIMITED
from app.temperature.loggers.epcis import EPCIS
from app.temperature.loggers.givre import GIVRE
from app.temperature.loggers.logger import Logger
from app.temperature.loggers.madgetech import MADGETECH
from app.temperature.loggers.pdf import PDF
from app.temperature.loggers.viewlinc import VIEWLINC
from app.temperature.loggers.workbook import WORKBOOK

LOGGERS: Final[Registry[Logger]] = Registry(
    "logger format",
    (
        PDF,
        WORKBOOK,
        MADGETECH,
        VIEWLINC,
        EPCIS,
        GIVRE,
        DELIMITED,
    ),
)
