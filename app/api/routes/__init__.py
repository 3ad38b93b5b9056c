"""Every router, one line each."""

from __future__ import annotations

from app.api.routes.alarms import ROUTER as ALARMS
from app.api.routes.attachments import ROUTER as ATTACHMENTS
from app.api.routes.auth import ROUTER as AUTH
from app.api.routes.bags import ROUTER as BAGS
from app.api.routes.boards import ROUTER as BOARDS
from app.api.routes.countersignatures import ROUTER as COUNTERSIGNATURES
from app.api.routes.curves import ROUTER as CURVES
from app.api.routes.delegations import ROUTER as DELEGATIONS
from app.api.routes.device_chains import ROUTER as DEVICE_CHAINS
from app.api.routes.devices import ROUTER as DEVICES
from app.api.routes.dewar_life import ROUTER as DEWAR_LIFE
from app.api.routes.dewar_moves import ROUTER as DEWAR_MOVES
from app.api.routes.dewars import ROUTER as DEWARS
from app.api.routes.erasures import ROUTER as ERASURES
from app.api.routes.evaluations import ROUTER as EVALUATIONS
from app.api.routes.evidence import ROUTER as EVIDENCE
from app.api.routes.exports import ROUTER as EXPORTS
from app.api.routes.health import ROUTER as HEALTH
from app.api.routes.holds import ROUTER as HOLDS
from app.api.routes.labels import ROUTER as LABELS
from app.api.routes.ledger import ROUTER as LEDGER
from app.api.routes.passkeys import ROUTER as PASSKEYS
from app.api.routes.patients import ROUTER as PATIENTS
from app.api.routes.people import ROUTER as PEOPLE
from app.api.routes.probes import ROUTER as PROBES
from app.api.routes.profiles import ROUTER as PROFILES
from app.api.routes.quality import ROUTER as QUALITY
from app.api.routes.reports import ROUTER as REPORTS
from app.api.routes.scan_profiles import ROUTER as SCAN_PROFILES
from app.api.routes.scans import ROUTER as SCANS
from app.api.routes.shipments import ROUTER as SHIPMENTS
from app.api.routes.shippers import ROUTER as SHIPPERS
from app.api.routes.sites import ROUTER as SITES
from app.api.routes.steps import ROUTER as STEPS
from app.api.routes.tablet import ROUTER as TABLET
from app.api.routes.tablets import ROUTER as TABLETS
from app.api.routes.temperature_files import ROUTER as TEMPERATURE_FILES
from app.api.routes.therapies import ROUTER as THERAPIES
from app.api.routes.trainings import ROUTER as TRAININGS
from app.api.routes.trust import ROUTER as TRUST
from app.api.routes.verifier import ROUTER as VERIFIER
from app.api.routes.work_list import ROUTER as WORK_LIST
from app.api.routes.wrong_scans import ROUTER as WRONG_SCANS

ROUTERS = (
    SCANS,  # first, because routes are tried in this order and most requests are scans
    AUTH,
    TABLETS,
    PASSKEYS,
    STEPS,
    WORK_LIST,
    BOARDS,
    THERAPIES,
    PATIENTS,
    BAGS,
    ATTACHMENTS,
    EVIDENCE,
    REPORTS,
    EXPORTS,
    ERASURES,
    SHIPMENTS,
    SHIPPERS,
    TEMPERATURE_FILES,
    CURVES,
    EVALUATIONS,
    PROBES,
    DEWARS,
    DEWAR_LIFE,
    DEWAR_MOVES,
    ALARMS,
    LABELS,
    PROFILES,
    SCAN_PROFILES,
    QUALITY,
    WRONG_SCANS,
    COUNTERSIGNATURES,
    HOLDS,
    SITES,
    PEOPLE,
    TRAININGS,
    DELEGATIONS,
    DEVICES,
    DEVICE_CHAINS,
    LEDGER,
    VERIFIER,
    TABLET,
    TRUST,
    HEALTH,
)
