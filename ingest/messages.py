"""Every finding that ``normalise``, ``check`` and ``run`` can give: its code, severity, French text and EDOF number.

Texts say what was found and what became of it; ``{...}`` is filled by the caller. Codes are stable: an organisation's
tools rely on them. Readers word their own findings, which need what only they know.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.findings import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Message:
    severity: Severity
    text: str
    edof_code: str = ""


MESSAGES: dict[str, Message] = {
    # --- file
    "no-training": Message(WARNING, "Le fichier est un catalogue, mais il ne contient aucune formation."),
    "withdrawn": Message(
        WARNING, "{count} formation(s) absente(s) de ce fichier ont été retirées du catalogue (mode remplacement)."
    ),
    "training-too-large": Message(
        ERROR, "La formation a déjà {limit} lignes dans ce fichier : celle-ci n'a pas été prise."
    ),
    "address-service-down": Message(
        WARNING,
        "La Base Adresse Nationale n'a pas répondu : les lieux sans coordonnées sont au centre de leur commune. "
        "Redéposez le fichier plus tard pour les situer à l'adresse.",
    ),
    # --- training rejected (domain 14.1)
    "siret-missing": Message(ERROR, "La formation n'a pas de SIRET d'organisme : elle n'a pas été prise."),
    "siret-invalid": Message(ERROR, "Le SIRET doit avoir 14 chiffres : la formation n'a pas été prise."),
    "siret-not-sender": Message(
        ERROR, "Le SIRET n'est pas celui de l'expéditeur ({expected}) : la formation n'a pas été prise."
    ),
    "siret-several": Message(
        ERROR,
        "Un fichier EDOF ne porte qu'un seul SIRET, ici {expected} : cette formation d'un autre organisme n'a pas "
        "été prise.",
    ),
    "title-and-certification-missing": Message(
        ERROR, "La formation n'a ni intitulé ni certification : elle n'a pas été prise."
    ),
    "certification-missing": Message(
        ERROR, "Une formation EDOF désigne une certification (RNCP, RS ou CPF) : celle-ci n'a pas été prise."
    ),
    "offer-missing": Message(ERROR, "La formation n'a aucune action : elle n'a pas été prise."),
    "no-offer-left": Message(ERROR, "Aucune action de la formation n'a pu être prise : elle non plus."),
    # --- offer rejected
    "code-impossible": Message(ERROR, "« {field} » n'admet que {allowed} : l'action n'a pas été prise."),
    # --- session rejected
    "session-dates-reversed": Message(ERROR, "La session finit avant de commencer : elle n'a pas été prise.", "30020"),
    "session-dates-repeated": Message(
        ERROR,
        "Une autre session de l'action (« {other} ») a les mêmes dates : celle-ci n'a pas été prise.",
        "10133",
    ),
    # --- the same key twice
    "copy-dropped": Message(WARNING, "Copie exacte de la ligne {other} : elle n'est comptée qu'une fois."),
    "rows-merged": Message(
        WARNING, "Même clé que la ligne {other}, avec des différences ({fields}) : les deux ont été réunies."
    ),
    "last-one-kept": Message(
        WARNING, "Même clé que la ligne {other}, avec un autre contenu ({fields}) : seule cette dernière est gardée."
    ),
    "rows-disagree": Message(
        WARNING, "Les lignes de cette formation n'en disent pas la même chose ({fields}) : la première fait foi."
    ),
    # --- identity
    "siret-checksum": Message(WARNING, "La clé de contrôle du SIRET est fausse : vérifiez-le. La formation est prise."),
    "activity-number-invalid": Message(
        WARNING, "Le numéro de déclaration d'activité doit avoir 11 chiffres : il n'a pas été repris."
    ),
    "numero-derived": Message(
        WARNING, "Pas de numéro : un numéro a été formé à partir du contenu. Donnez-en un, stable d'un envoi à l'autre."
    ),
    "qualiopi-missing": Message(WARNING, "L'organisme n'est pas connu comme certifié Qualiopi."),
    # --- certification
    "title-from-certification": Message(WARNING, "L'intitulé manque : celui de la certification a été repris."),
    "certification-code-unreadable": Message(
        WARNING, "Ce code de certification n'a pas la forme attendue ({expected}) : il n'a pas été repris."
    ),
    "certification-unknown": Message(WARNING, "Ce code de certification n'est pas dans le référentiel chargé."),
    "certification-expired": Message(
        WARNING,
        "La certification n'est plus valable depuis le {date} : l'offre est visible mais fermée à l'inscription.",
    ),
    "block-repeated": Message(WARNING, "Ce bloc de compétences est donné deux fois.", "30070"),
    "block-code-unreadable": Message(
        WARNING, "Un code de bloc a la forme RNCP12345BC01 : celui-ci n'a pas été repris."
    ),
    "block-of-other-certification": Message(WARNING, "Ce bloc n'est pas de la certification {certification}."),
    "vae-category-repeated": Message(
        WARNING,
        "Une autre offre de VAE de l'organisme (« {other} ») porte déjà cette catégorie : une seule est admise.",
        "30077",
    ),
    "vae-category-missing": Message(WARNING, "Une offre de VAE (CPF200) précise sa catégorie (categorisation-offre)."),
    # --- codes
    "code-unreadable": Message(WARNING, "« {field} » : ce code n'a pas la forme attendue, il n'a pas été repris."),
    "code-unknown": Message(WARNING, "« {field} » : ce code est inconnu, il n'a pas été repris."),
    "code-not-in-reference": Message(WARNING, "« {field} » : ce code n'est pas dans le vocabulaire chargé."),
    "mandatory-missing": Message(WARNING, "« {field} » est obligatoire dans un fichier EDOF et manque."),
    "modality-doubtful": Message(
        WARNING,
        "La modalité {modality} ne s'accorde pas avec « {evidence} » : les codes 1 (mixte) et 2 (à distance) sont "
        "parfois échangés. Rien n'a été changé.",
    ),
    "perimeter-doubtful": Message(
        WARNING, "Le code 4 veut dire « inter-région », mais le libellé dit « {label} » (code 3). Rien n'a été changé."
    ),
    # --- texts
    "text-too-long": Message(
        WARNING, "« {field} » a {length} caractères au lieu de {limit} au plus : gardé en entier."
    ),
    "mojibake-repaired": Message(WARNING, "« {field} » : accents abîmés par un double encodage, réparés."),
    # --- numbers
    "price-unreadable": Message(WARNING, "Ce montant ne peut pas être lu : il n'a pas été repris."),
    "price-unlikely": Message(WARNING, "Ce prix paraît démesuré : vérifiez-le. Il est gardé."),
    "vat-arithmetic": Message(
        WARNING,
        "Prix TTC ≠ prix HT × (1 + TVA) : {net} € HT à {rate} % font {expected} € et non {given} €. Le prix TTC est "
        "gardé, le prix HT et le taux sont laissés de côté.",
    ),
    "vat-rate-unknown": Message(WARNING, "Taux de TVA inattendu (0, 5,5 ou 20 %) : il n'a pas été repris."),
    "number-unreadable": Message(WARNING, "« {field} » : ce nombre ne peut pas être lu, il n'a pas été repris."),
    "hours-disagree": Message(
        WARNING, "Heures en centre ({centre}) et en entreprise ({company}) ne font pas la durée totale ({total})."
    ),
    "seats-disagree": Message(WARNING, "Il reste {left} places sur {total} : le reste a été laissé de côté."),
    # --- dates
    "date-unreadable": Message(
        WARNING, "« {field} » : cette date n'existe pas ou ne peut pas être lue : laissée vide."
    ),
    "session-past": Message(WARNING, "{past} session(s) sur {total} sont passées."),
    "session-without-dates": Message(WARNING, "Session à dates fixes sans date de début."),
    "session-missing": Message(WARNING, "L'action n'a aucune session."),
    # --- reach
    "phone-unreadable": Message(WARNING, "Ce numéro de téléphone ne peut pas être lu : il n'a pas été repris."),
    "phone-form": Message(WARNING, "EDOF n'admet que des chiffres et un + dans un numéro : il a été lu quand même."),
    "email-unreadable": Message(WARNING, "Cette adresse électronique ne peut pas être lue : elle n'a pas été reprise."),
    "link-unreadable": Message(WARNING, "Seuls les liens http et https sont repris : celui-ci ne l'a pas été."),
    "information-contact-missing": Message(
        WARNING, "Le contact d'information (nom, téléphone, courriel) de l'action manque ou est incomplet.", "30017"
    ),
    "registration-contact-missing": Message(
        WARNING, "Le contact d'inscription (nom, téléphone, courriel) de la session manque ou est incomplet.", "30022"
    ),
    # --- places
    "street-missing": Message(WARNING, "Une adresse en France a un libellé de voie ou une ligne 5.", "30013"),
    "place-unknown": Message(WARNING, "Ce lieu n'a pas pu être situé : il n'apparaîtra pas par distance."),
    "coordinates-unreadable": Message(WARNING, "Ces coordonnées ne peuvent pas être lues : {instead}."),
    "coordinates-swapped": Message(WARNING, "Latitude et longitude paraissent échangées : {instead}."),
    "coordinates-foreign": Message(WARNING, "Ces coordonnées sont hors de France : {instead}."),
    "coordinates-far": Message(WARNING, "Ces coordonnées sont à {km} km du code postal {postcode} : {instead}."),
    # --- across fields and offers
    "prerequisites-missing": Message(
        WARNING, "Des prérequis sont annoncés (existence-prerequis = 1) sans être décrits (conditions-specifiques)."
    ),
    "offer-identical": Message(
        WARNING,
        "Action identique à « {other} » de la même certification (modalité, lieu, langue, pédagogie, handicap, prix, "
        "durée).",
        "30056",
    ),
    "offer-almost-identical": Message(
        WARNING,
        "Action identique à « {other} » de la même certification, à moins de dix heures près ({hours} h et "
        "{other_hours} h).",
        "30057",
    ),
}
