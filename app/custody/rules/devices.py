"""The clock of the device that sent the scan: it never overrides ours, and a wrong one is never believed in silence."""

from __future__ import annotations

from app.custody.rules.rungs import acknowledge, never
from app.custody.verdict import Rule
from app.kit.texts import Text

DEVICES: tuple[Rule, ...] = (
    acknowledge(
        "device-clock-off",
        Text("Horloge de la tablette décalée", "Tablet's clock is off"),
        Text(
            "L'horloge de cette tablette est décalée de {minutes} min. Réglez-la et scannez à nouveau ; "
            "si l'heure du geste est exacte, confirmez avec un motif.",
            "This tablet's clock is {minutes} min off. Set it and scan again; "
            "if the time of the act is right, confirm with a reason.",
        ),
    ),
    never(
        "device-clock-far-off",
        Text("HORLOGE DE LA TABLETTE FAUSSE", "TABLET'S CLOCK IS WRONG"),
        Text(
            "L'horloge de cette tablette est décalée de {hours} h : aucune heure n'en est sûre. Réglez-la, ou prenez "
            "une autre tablette, et scannez à nouveau. Cet essai est enregistré.",
            "This tablet's clock is {hours} h off: no time it tells is certain. Set it, or take another tablet, "
            "and scan again. This attempt is on record.",
        ),
    ),
    never(
        "never-offline",
        Text("JAMAIS HORS LIGNE", "NEVER OFFLINE"),
        Text(
            "Cette étape ne se décide pas sans le réseau : elle n'a pas d'effet. "
            "Refaites-la en ligne, avec les personnes habilitées. Cet essai est enregistré.",
            "This step is not decided without the network: it has no effect. "
            "Do it again online, with the people entitled to. This attempt is on record.",
        ),
    ),
)
