"""Every gap that a report can name: how grave it is, in which section, and its sentence in French and English."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.texts import Text

MISSING, UNVERIFIED, WITHHELD, NOTE = "missing", "unverified", "withheld", "note"
SEVERITIES = (MISSING, UNVERIFIED, WITHHELD, NOTE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of gap; its code is for ever. ``section`` is where a reader looks for what is not there."""

    tag: str
    severity: str
    section: str
    text: Text


def _kind(tag: str, severity: str, section: str, fr: str, en: str) -> Kind:
    return Kind(tag, severity, section, Text(fr, en))


KINDS: tuple[Kind, ...] = (
    _kind(
        "proof-invalid",
        UNVERIFIED,
        "cover",
        "La vérification des preuves échoue ({verdict}) : ne vous fiez pas à ce dossier.",
        "The verification of the evidence fails ({verdict}): do not rely on this report.",
    ),
    _kind(
        "completeness-operator",
        UNVERIFIED,
        "cover",
        "Aucun cosignataire n'a rejoué le journal : que rien ne manque repose sur la parole de l'opérateur.",
        "No cosigner replayed the log: completeness relies on the operator.",
    ),
    _kind(
        "chain-elsewhere",
        UNVERIFIED,
        "trail",
        "Ce fichier prouve la chaîne de la poche. Celle de « {name} », dont elle est issue ou qui en est issue, est "
        "prouvée dans le dossier du traitement.",
        "This file proves the bag's own chain. That of “{name}”, which it was made from or drawn into, is proved in "
        "the report of the therapy.",
    ),
    _kind(
        "custody-uncovered",
        MISSING,
        "legs",
        "Personne ne répondait de la poche pendant cet intervalle.",
        "Nobody answered for the bag in this interval.",
    ),
    _kind(
        "step-missing",
        MISSING,
        "trail",
        "L'étape « {step} » n'est pas enregistrée, alors qu'une étape suivante l'est.",
        "The step “{step}” is not recorded, although a later one is.",
    ),
    _kind(
        "not-finished",
        NOTE,
        "disposition",
        "La vie de la poche n'est pas terminée : elle est {state}. Ce dossier n'en dit pas la fin.",
        "The life of the bag is not over: it is {state}. This report does not tell its end.",
    ),
    _kind(
        "nothing-published",
        MISSING,
        "trail",
        "Le journal ne contient encore aucun événement de cette poche.",
        "The log holds no event of this bag yet.",
    ),
    _kind(
        "certificate-missing",
        MISSING,
        "release",
        "Aucun certificat de libération n'est enregistré.",
        "No release certificate is recorded.",
    ),
    _kind(
        "not-released",
        MISSING,
        "release",
        "La poche n'a pas été libérée par le fabricant.",
        "The maker has not released the bag.",
    ),
    _kind(
        "out-of-specification",
        NOTE,
        "release",
        "La poche est hors spécification ; pièces enregistrées : {items}.",
        "The bag is out of specification; items on record: {items}.",
    ),
    _kind(
        "profile-unsigned",
        UNVERIFIED,
        "cover",
        "Les règles du produit ne sont pas signées : limites et minuteurs ne sont pas garantis.",
        "The product's rules are not signed: limits and clocks are not vouched for.",
    ),
    _kind(
        "transport-temperature-unknown",
        MISSING,
        "transport_temperature",
        "Aucune courbe de ce transport n'a été évaluée : la température est inconnue.",
        "No curve of this journey was evaluated: the temperature is unknown.",
    ),
    _kind(
        "temperature-excursion",
        UNVERIFIED,
        "transport_temperature",
        "La température a dépassé la limite pendant {seconds} s.",
        "The temperature was above the limit for {seconds} s.",
    ),
    _kind(
        "storage-temperature-unknown",
        MISSING,
        "storage",
        "Aucune mesure de la cuve n'a été évaluée pour ce séjour : la température est inconnue.",
        "No reading of the dewar was evaluated for this stay: the temperature is unknown.",
    ),
    _kind(
        "exposure-unmeasured",
        UNVERIFIED,
        "storage",
        "Le temps passé hors du froid n'est connu que par ce qui a été déclaré ({seconds} s).",
        "The time out of the cold is known only by what was stated ({seconds} s).",
    ),
    _kind(
        "labels-differ",
        UNVERIFIED,
        "reception",
        "Les étiquettes lues ensemble diffèrent : {fields}.",
        "The labels read together differ: {fields}.",
    ),
    _kind(
        "labels-not-compared",
        MISSING,
        "bedside",
        "Aucune comparaison des étiquettes n'est enregistrée pour cette identification.",
        "No comparison of labels is recorded for this identification.",
    ),
    _kind(
        "clock-broken",
        UNVERIFIED,
        "infusion",
        "Un délai a été dépassé : {minutes} min au plus de « {starts} » à « {ends} ».",
        "A time limit was passed: at most {minutes} min from “{starts}” to “{ends}”.",
    ),
    _kind(
        "second-person-missing",
        MISSING,
        "signatures",
        "Aucune seconde personne n'est enregistrée pour « {step} ».",
        "No second person is recorded for “{step}”.",
    ),
    _kind(
        "identity-unconfirmed",
        UNVERIFIED,
        "subject",
        "L'identité du patient n'est pas qualifiée ({status}).",
        "The patient's identity is not qualified ({status}).",
    ),
    _kind(
        "hold-open",
        UNVERIFIED,
        "deviations",
        "La poche est bloquée : {reason}.",
        "The bag is on hold: {reason}.",
    ),
    _kind(
        "deviation-open",
        UNVERIFIED,
        "deviations",
        "La déviation n'est pas close.",
        "The deviation is not closed.",
    ),
    _kind(
        "quantity-unbalanced",
        UNVERIFIED,
        "disposition",
        "Les quantités ne s'accordent pas ({of}) : écart de {difference}.",
        "Quantities do not reconcile ({of}): a difference of {difference}.",
    ),
    _kind(
        "quantity-unknown",
        MISSING,
        "disposition",
        "Le volume de la poche n'est pas enregistré : rien ne peut être rapproché.",
        "The volume of the bag is not recorded: nothing can be reconciled.",
    ),
    _kind(
        "labels-unaccounted",
        UNVERIFIED,
        "collection",
        "Des étiquettes imprimées ne sont pas justifiées ({left}).",
        "Printed labels are not accounted for ({left}).",
    ),
    _kind(
        "late-entry",
        UNVERIFIED,
        "trail",
        "« {step} » a été saisi {minutes} min après les faits ; motif : {reason}.",
        "“{step}” was entered {minutes} min after the fact; reason: {reason}.",
    ),
    _kind(
        "attempt-refused",
        NOTE,
        "trail",
        "Une tentative de « {step} » a été refusée : {rule}.",
        "An attempt of “{step}” was refused: {rule}.",
    ),
    _kind(
        "value-typed",
        UNVERIFIED,
        "trail",
        "« {step} » : un symbole a été saisi à la main ({roles}).",
        "“{step}”: a symbol was typed by hand ({roles}).",
    ),
    _kind(
        "corrected",
        NOTE,
        "trail",
        "« {step} » a été corrigé depuis sa première saisie ({fields}).",
        "“{step}” was corrected since its first entry ({fields}).",
    ),
    _kind(
        "glass-broken",
        NOTE,
        "trail",
        "« {step} » a été fait sous accès d'urgence.",
        "“{step}” was done under emergency access.",
    ),
    _kind(
        "follow-up-missing",
        MISSING,
        "follow_up",
        "Aucun suivi n'est enregistré après la perfusion.",
        "No follow-up is recorded after the infusion.",
    ),
    _kind(
        "serious-cases-unrecorded",
        NOTE,
        "follow_up",
        "Les déclarations de vigilance ne sont pas tenues dans ce dossier.",
        "Vigilance declarations are not kept in this report.",
    ),
    _kind(
        "serology-unrecorded",
        NOTE,
        "collection",
        "La sérologie du prélèvement n'est pas enregistrée par ce service.",
        "The serology of the collection is not recorded by this service.",
    ),
    _kind(
        "body-erased",
        MISSING,
        "trail",
        "Le contenu de l'événement {seq} a été effacé ; son engagement reste dans le journal.",
        "The body of event {seq} was erased; its commitment stays in the log.",
    ),
    _kind(
        "bodies-withheld",
        WITHHELD,
        "trail",
        "Le contenu de {count} événements n'est pas communiqué dans cet exemplaire.",
        "The bodies of {count} events are not disclosed in this copy.",
    ),
    _kind(
        "section-withheld",
        WITHHELD,
        "cover",
        "Non communiqué dans cet exemplaire : {what}.",
        "Not disclosed in this copy: {what}.",
    ),
    _kind(
        "blinded",
        WITHHELD,
        "cover",
        "L'essai est en aveugle : ce qui le lèverait n'est pas montré.",
        "The trial is blinded: what would unblind it is not shown.",
    ),
)
"""In the order in which a reader should learn of them."""
