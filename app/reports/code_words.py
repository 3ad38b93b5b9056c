"""What the report's own codes are called."""

from __future__ import annotations

from typing import Final

from app.reports.member_words import read_table

_CODES = """
severity:missing | manquant | missing
severity:unverified | non vérifié | unverified
severity:withheld | non communiqué | withheld
severity:note | à noter | note
kind:collection | prélèvement | collection
kind:product | produit | product
form:bag | poche | bag
form:vial | flacon | vial
form:syringe | seringue | syringe
scope:bag | Dossier de traçabilité d'une poche | Custody report of a bag
scope:therapy | Dossier de traçabilité d'un traitement | Custody report of a therapy
comparison:agree | concorde | agrees
comparison:differ | DIFFÈRE | DIFFERS
comparison:absent | sans vis-à-vis | nothing to compare
temperature:unknown | inconnue | unknown
temperature:in_range | dans les limites | in range
temperature:excursion | hors limite | out of range
opinion:suitable | utilisable | suitable
opinion:not_suitable | inutilisable | not suitable
opinion:needs_data | données demandées | more data needed
evaluation:use_as_is | utilisation en l'état | use as is
evaluation:rejected | rejetée | rejected
evaluation:open | décision attendue | to be decided
mark:excursion | écart constaté | excursion recorded
alarm:rule_disabled | règle d'alarme désactivée | alarm rule switched off
alarm:test_failed | essai d'alarme : elle n'a pas sonné | alarm test: it did not ring
timer:waiting | pas commencé | not begun
timer:running | en cours | running
timer:overdue | dépassé | overdue
timer:met | respecté | met
timer:broken | non respecté | broken
outcome:taken | enregistré | taken
outcome:refused | refusé | refused
verdict:valid | valide | valid
verdict:invalid | NON VALIDE | INVALID
verdict:stale | ancien | stale
verdict:unanchored | sans politique | without a policy
verdict:unreadable | illisible | unreadable
check:ok | vérifié | checked
check:failed | ÉCHEC | FAILED
check:stale | ancien | stale
check:not-checked | non vérifié | not checked
check:flagged | signalé | flagged
part:actor | exécutant | performed by
part:witness | seconde personne | second person
part:authoriser | dérogation | authoriser
signature:valid | valide | valid
signature:invalid | NON VALIDE | INVALID
signature:not_proved | non prouvée dans ce fichier | not proved in this file
signature:not_disclosed | non communiquée | not disclosed
method:session | session ouverte | open session
method:pin | code personnel | PIN
method:passkey | clé d'accès | passkey
method:token | jeton à usage unique | one-time token
completeness:operator | sur la parole de l'opérateur | on the operator's word
completeness:replayed | rejouée par un tiers | replayed by a third party
identity:disclosed | communiquée | disclosed
identity:withheld | non communiquée | withheld
specification:in | conforme | in specification
specification:out | HORS SPÉCIFICATION | OUT OF SPECIFICATION
infused:whole | en totalité | whole
infused:partial | en partie | in part
of:containers | contenants | containers
of:doses | doses | doses
of:volume_ml | volume (mL) | volume (mL)
profile:signed | signées | signed
profile:unsigned | non signées | not signed
patient:provisional | provisoire | provisional
patient:recovered | récupérée | retrieved
patient:validated | validée | validated
patient:qualified | qualifiée | qualified
deviation:open | ouverte | open
deviation:closed | close | closed
decision:no_impact | sans impact | no impact
decision:use_as_is | utilisation en l'état | use as is
decision:quarantine | quarantaine | quarantine
decision:return | retour au fabricant | return to the maker
decision:destroy | destruction | destruction
decision:other | autre | other
site:hospital | hôpital | hospital
site:blood_service | établissement de transfusion | blood service
site:manufacturer | fabricant | manufacturer
site:sponsor | promoteur | sponsor
site:carrier | transporteur | carrier
subject:bag | poche | bag
subject:therapy | traitement | therapy
subject:shipment | expédition | shipment
subject:deviation | déviation | deviation
layer:recorded | enregistré | recorded
layer:document | document | document
source:camera | appareil photo | camera
source:scanner | lecteur | scanner
source:typed | saisi au clavier | typed
source:imported | importé | imported
source:scan | scans | scans
source:probe | sonde | probe
source:stated | déclaré | stated
cause:excursion | excursion de température | temperature excursion
format:isbt128 | ISBT 128 | ISBT 128
format:gs1 | GS1 | GS1
format:sec | code européen unique (SEC) | single European code (SEC)
format:internal | étiquette Givre | Givre label
format:site_profile | étiquette déclarée par le site | label declared by the site
symbology:code128 | Code 128 | Code 128
symbology:datamatrix | Data Matrix | Data Matrix
symbology:gs1-datamatrix | GS1 Data Matrix | GS1 Data Matrix
symbology:gs1-128 | GS1-128 | GS1-128
scanned:bag | contenant | container
scanned:patient | bracelet du patient | patient's wristband
scanned:document | document | document
scanned:position | emplacement | position
scanned:shipper | conteneur de transport | shipper
presentation:fresh | fraîche | fresh
presentation:frozen | congelée | frozen
orientation:upright | debout | upright
visual_check:intact | intact | intact
anchor:infusion_ended | fin de perfusion | end of infusion
answer:true | oui | yes
answer:false | non | no
answer:null | inconnu | unknown
"""

CODES: Final = read_table(_CODES)
