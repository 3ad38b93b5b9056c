"""Chain heads, identifiers and the projections lists are read from; all can be rebuilt from the ledger."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint

from app.db.tables.metadata import METADATA, Data, blob, flag, text, whole

SUBJECT = Table(
    "subject",
    METADATA,
    text("id", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("kind"),
    text("parent", Data.PSEUDONYM, nullable=True),
    blob("pseudonym", Data.PSEUDONYM),
    blob("chain_key"),
    blob("vault_key", nullable=True),
    whole("seq"),
    blob("head", Data.PSEUDONYM),
    text("doc", Data.PSEUDONYM),
)
Index("ix_subject_tenant_kind_id", SUBJECT.c.tenant, SUBJECT.c.kind, SUBJECT.c.id)
Index("ix_subject_parent", SUBJECT.c.parent)

IDENTIFIER = Table(
    "identifier",
    METADATA,
    text("key", Data.PSEUDONYM),
    text("subject", Data.PSEUDONYM),
    text("exclusive", Data.PSEUDONYM, nullable=True),
    flag("active"),
    PrimaryKeyConstraint("key", "subject"),
    UniqueConstraint("exclusive"),
)

SCAN = Table(
    "scan",
    METADATA,
    text("tenant"),
    text("scan_id"),
    blob("digest"),
    text("outcome"),
    blob("answer", Data.PSEUDONYM, utf8=True),
    text("recorded_at"),
    PrimaryKeyConstraint("tenant", "scan_id"),
)

BAG = Table(
    "bag",
    METADATA,
    text("id", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("therapy", Data.PSEUDONYM),
    text("kind"),
    text("form"),
    text("state"),
    text("product"),
    text("custodian"),
    text("manufacturer"),
    text("lot", Data.PSEUDONYM, nullable=True),
    text("expires_at", nullable=True),
    text("due_at", nullable=True),
    flag("on_hold"),
    text("position", nullable=True),
    text("shipment", nullable=True),
    UniqueConstraint("tenant", "position"),
)
Index("ix_bag_tenant_id", BAG.c.tenant, BAG.c.id)
Index("ix_bag_tenant_state_id", BAG.c.tenant, BAG.c.state, BAG.c.id)
Index("ix_bag_tenant_custodian_id", BAG.c.tenant, BAG.c.custodian, BAG.c.id)
Index("ix_bag_tenant_product_id", BAG.c.tenant, BAG.c.product, BAG.c.id)
Index("ix_bag_tenant_manufacturer_id", BAG.c.tenant, BAG.c.manufacturer, BAG.c.id)
Index("ix_bag_tenant_expires_at_id", BAG.c.tenant, BAG.c.expires_at, BAG.c.id)
Index(
    "ix_bag_due",
    BAG.c.tenant,
    BAG.c.due_at,
    BAG.c.id,
    postgresql_where=BAG.c.due_at.is_not(None),
    sqlite_where=BAG.c.due_at.is_not(None),
)
Index("ix_bag_held", BAG.c.tenant, BAG.c.id, postgresql_where=BAG.c.on_hold, sqlite_where=BAG.c.on_hold)
Index("ix_bag_therapy", BAG.c.therapy)
Index("ix_bag_tenant_lot", BAG.c.tenant, BAG.c.lot)

THERAPY = Table(
    "therapy",
    METADATA,
    text("id", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("coi", Data.PSEUDONYM),
    text("product"),
    text("manufacturer"),
    text("state"),
)
Index("ix_therapy_tenant_id", THERAPY.c.tenant, THERAPY.c.id)

SHIPMENT = Table(
    "shipment",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("from_site"),
    text("to_site"),
    text("carrier_site"),
    text("manufacturer"),
    text("state"),
)
Index("ix_shipment_tenant_id", SHIPMENT.c.tenant, SHIPMENT.c.id)
