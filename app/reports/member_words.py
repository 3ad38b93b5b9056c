"""What the members of the report are called."""

from __future__ import annotations

from typing import Final

from app.kit.texts import Text
from app.reports.cold_words import COLD_MEMBERS

_MEMBERS = """
acceptance | Acceptation par la pharmacie | Acceptance by the pharmacy
accepted | Acceptée | Accepted
after | Après | After
alarms | Alarmes | Alarms
arrived_at | Arrivée | Arrived at
as_of | À la date du | As of
at | Le | At
audience | Exemplaire | Copy
authoriser | Autorisé par | Authorised by
bag | Poche | Bag
bag_name | Poche | Bag
bags | Poches | Bags
balanced | Bilan juste | Balanced
binding | Limite ferme | Binding limit
birth_date | Date de naissance | Date of birth
blinded | En aveugle | Blinded
box | Boîte | Box
bracket | Encadrement | Bracket
by | Par | By
by_seconds | Retard (s) | Late by (s)
capa | Action corrective et préventive | CAPA
carrier | Transporteur | Carrier
carrier_site | Transporteur | Carrier
cause | Cause | Cause
cautions | Mises en garde | Cautions
certificate | Certificat | Certificate
checkpoint | Point de contrôle | Checkpoint
claimed | Heure déclarée | Time claimed
closed_at | Clôture | Closed at
closed_by | Close par | Closed by
code | Code | Code
coi | Chaîne d'identité | Chain of identity
coi_issuer | Émetteur | Issuer
collection | Prélèvement | Collection
comparison | Comparaison des étiquettes | Comparison of labels
completeness | Totalité | Completeness
completeness_text | Complétude | Completeness
component | Composant | Component
computed | Grade calculé | Computed grade
container | Contenant | Container
corrections | Corrections | Corrections
cosigned | Cosigné | Cosigned
cosigners | Cosignataires | Cosigners
count | Nombre de poches | Number of bags
custodian | Dépositaire | Custodian
decided_at | Décision le | Decided at
decided_by | Décidé par | Decided by
decision | Décision | Decision
decision_text | Motif de la décision | Reason of the decision
departed_at | Départ | Departed at
destroyed | Détruit | Destroyed
deviation | Déviation | Deviation
device | Appareil | Device
dewar | Cuve | Dewar
difference | Écart | Difference
din | DIN | DIN
disclosed | Communiqué | Disclosed
document | Document | Document
due_at | Échéance | Due at
elapsed_s | Durée écoulée (s) | Elapsed (s)
ended | Fin | End
ended_at | Terminé | Ended at
ends | Jusqu'à | Until
event | Événement | Event
expected_count | Nombre attendu | Expected number
expires_at | Péremption | Expiry
expiry | Péremption | Expiry
family_name | Nom de naissance | Birth name
fate_of_rest | Devenir du reste | Fate of the rest
field | Champ | Field
foreseen | Prévu | Foreseen
form | Conditionnement | Form
format | Format | Format
from_site | De | From
given_names | Prénoms | Given names
giver | Remettant | Giver
grade | Grade | Grade
gtin | GTIN | GTIN
handovers | Remises | Hand-overs
history | Historique | History
holder | Titulaire | Holder
holds | Blocages | Holds
hospital | Établissement | Hospital
id | Identifiant | Identifier
identifiers | Identifiants | Identifiers
identity | Identité | Identity
in_event | Entrée (événement) | In (event)
in_scope | Objet du dossier | In scope
index | Rang dans le journal | Index in the log
infused | Perfusé | Infused
inn | DCI | INN
ins | Matricule INS | INS number
inspection | Contrôle | Inspection
interruptions | Interruptions | Interruptions
intervals | Intervalles de garde | Intervals of custody
ipp | IPP | Local patient number
issued | Délivrance | Issue
issuer | Émetteur | Issuer
item | Pièce | Item
items | Déviations | Deviations
keep_until | À conserver jusqu'au | Keep until
kind | Nature | Kind
known | Compte connu | Account known
labels | Étiquettes | Labels
labels_agree | Étiquettes concordantes | Labels agree
language | Langue | Language
late | Saisie tardive | Late entry
leaf | Empreinte | Leaf hash
legs | Trajets | Legs
lifted_at | Levé le | Lifted at
lifted_by | Levé par | Lifted by
limit_mC | Limite (m°C) | Limit (m°C)
line_set | Tubulure | Line set
logger | Enregistreur | Logger
lost | Perdu | Lost
lot | Lot | Lot
manufacturer | Fabricant | Manufacturer
max_mC | Maximum (m°C) | Maximum (m°C)
max_minutes | Délai maximal (min) | Time limit (min)
meaning | Signification | Meaning
method | Méthode | Method
min_mC | Minimum (m°C) | Minimum (m°C)
name | Nom | Name
new | Nouvelle valeur | New value
new_seal | Nouveau scellé | New seal
no_leukodepleting_filter | Sans filtre déleucocytant | No leukodepleting filter
note | Remarque | Note
number | N° | No.
occurred_at | Survenu | Occurred at
of | De | Of
offline | Hors ligne | Offline
old | Ancienne valeur | Old value
old_label | Ancienne étiquette | Old label
oos | Pièces hors spécification | Out-of-specification items
opened_at | Ouverture | Opened at
opened_by | Ouverte par | Opened by
operator | Opérateur | Operator
ordinal | Rang | Ordinal
orientation | Orientation | Orientation
origin | Journal | Log
out_event | Sortie (événement) | Out (event)
out_step | Sortie par | Left by
outcome | Issue | Outcome
overridden | Règles outrepassées | Rules passed over
owner | Responsable | Owner
parents | Issue de | Made from
part | Qualité | Part
parts | Détail | Parts
patient | Patient | Patient
patient_number | IPP | Patient number
patient_spoke | Le patient a dit son identité | The patient spoke
pending | En cours | Pending
planned | Dates prévues | Planned dates
points | Points | Points
position | Emplacement | Position
prepared | Préparation | Preparation
presentation | Présentation | Presentation
printed | Imprimées | Printed
product | Produit | Product
product_code | Code produit | Product code
profile | Règles du produit | Product rules
profile_version | Version des règles | Version of the rules
protocol | Protocole | Protocol
pseudonym | Pseudonyme | Pseudonym
published_at | Publié | Published at
qualified_person | Personne qualifiée | Qualified person
quantities | Bilan des quantités | Reconciliation
rack | Rack | Rack
reaction | Réaction | Reaction
reactions | Réactions immédiates | Immediate reactions
readiness | Conditions réunies | Readiness
reason | Motif | Reason
received | Reçu | Received
receiver | Receveur | Receiver
recorded | Enregistré | Recorded
recorded_at | Enregistré | Recorded at
records | Suivis | Records
reference | Référence | Reference
responsibility_at | Transfert de responsabilité | Responsibility passed at
rest_ml | Reste (mL) | Rest (mL)
returned | Retourné | Returned
role | Rôle | Role
roles | Fonctions | Roles
root | Racine | Root
root_base64 | Racine (base64) | Root (base64)
rules | Règles | Rules
scanned | Symboles lus | Symbols scanned
scheme | Échelle | Scheme
scope | Objet | Scope
seal | Scellé | Seal
seal_in | Scellé à l'arrivée | Seal on arrival
seal_intact | Scellé intact | Seal intact
seal_out | Scellé au départ | Seal on departure
seals | Scellés | Seals
second_dose | Seconde dose | Second dose
seconds | Secondes | Seconds
section | Rubrique | Section
seq | N° | No.
serious | Cas graves déclarés | Serious cases declared
serology | Sérologie | Serology
severity | Gravité | Severity
sex | Sexe | Sex
shipment | Expédition | Shipment
shipments | Expéditions | Shipments
shipper | Conteneur | Shipper
since | Depuis | Since
site | Site | Site
size | Taille | Size
software | Logiciel | Software
source | Source | Source
specification | Spécification | Specification
sponsor | Promoteur | Sponsor
start | Début | Start
started | Début | Start
started_at | Commencé | Started at
starts | Depuis | From
state | État | State
stated | Noté | Stated
status | Statut | Status
stays | Séjours | Stays
step | Étape | Step
steps | Étapes | Steps
stopped_at | Terminé | Stopped at
stored | Conservé | Stored
strength | Dosage | Strength
subject | Objet | Subject
symbol | Texte du symbole | Text of the symbol
symbology | Symbologie | Symbology
tag | Type | Type
temp_mC | Température mesurée (m°C) | Temperature measured (m°C)
text | Texte | Text
therapy | Traitement | Therapy
tilted | Penché ou couché | Tilted or lying
timers | Délais | Clocks
to_site | Vers | To
tocilizumab_available | Tocilizumab disponible | Tocilizumab in hand
total_s | Total (s) | Total (s)
tower | Tour | Tower
uncovered | Intervalles sans dépositaire | Intervals without a custodian
uncovered_s | Durée sans dépositaire (s) | Time without a custodian (s)
until | Jusqu'à | Until
used | Collées | Used
value | Valeur | Value
values | Valeurs | Values
verdict | Résultat | Result
verification | Vérification | Verification
version | Version | Version
visual_check | Contrôle visuel | Visual check
void | Annulé | Void
volume_ml | Volume (mL) | Volume (mL)
ward | Service | Ward
waybill | Bon de transport | Waybill
who | Personne | Person
witness | Seconde personne | Second person
worst | Pire grade | Worst grade
zone | Fuseau | Zone
"""


def read_table(table: str) -> dict[str, Text]:
    """Read a table of names: a name, its French and its English, a line each."""
    lines = [line.split(" | ") for line in table.strip().split("\n")]
    return {name: Text(fr, en) for name, fr, en in lines}


MEMBERS: Final = {**read_table(_MEMBERS), **read_table(COLD_MEMBERS)}
