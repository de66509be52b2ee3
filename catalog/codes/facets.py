"""Values that learners filter on. Code = what the API says; label = what a French reader sees.

Source of the values: LHÉO 2.3 dictionaries and the EDOF kit of June 2026, folded to what the contract of the API names.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self, cast


class Labelled(StrEnum):
    """A code with a French label: ``member.value`` is the code, ``member.label`` the text."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """``ValueError`` for a code that is none."""
        found = cls._value2member_map_.get(code)
        if found is None:
            raise ValueError(f"{code!r} is no {cls.__name__}")
        return cast(Self, found)


class Answer(Labelled):
    """Three-valued fact. ``unknown`` is "not stated": never shown as yes, never counted as no."""

    YES = "yes", "oui"
    NO = "no", "non"
    UNKNOWN = "unknown", "non précisé"


class Modality(Labelled):
    IN_PERSON = "in_person", "en présentiel"
    MIXED = "mixed", "mixte (présentiel et à distance)"
    REMOTE = "remote", "entièrement à distance"
    UNKNOWN = "unknown", "non précisé"


class Entry(Labelled):
    FIXED = "fixed", "à dates fixes"
    PERMANENT = "permanent", "entrées et sorties permanentes"
    UNKNOWN = "unknown", "non précisé"


class Level(Labelled):
    """National qualification framework, decree 2019-14; ``none`` is "without a specific level"."""

    NONE = "none", "sans niveau spécifique"
    L3 = "3", "niveau 3 (CAP, BEP)"
    L4 = "4", "niveau 4 (bac)"
    L5 = "5", "niveau 5 (BTS, DUT)"
    L6 = "6", "niveau 6 (licence, BUT)"
    L7 = "7", "niveau 7 (master)"
    L8 = "8", "niveau 8 (doctorat)"
    UNKNOWN = "unknown", "non précisé"


class CertificationKind(Labelled):
    RNCP = "rncp", "diplôme ou titre (RNCP)"
    RS = "rs", "certification ou habilitation (RS)"
    CPF = "cpf", "autre action éligible (bilan, VAE, permis)"
    UNKNOWN = "unknown", "non précisé"


class Rhythm(Labelled):
    """EDOF code-rythme-formation 1..7; 1 and 2 are read as daytime and evening (domain 3.2)."""

    DAYTIME = "daytime", "en journée"
    EVENING = "evening", "en soirée"
    WEEKDAYS = "weekdays", "en semaine"
    WEEKEND = "weekend", "le week-end"
    FULL_TIME = "full_time", "temps plein"
    PART_TIME = "part_time", "temps partiel"
    SEVERAL = "several", "plusieurs rythmes"


class Funder(Labelled):
    CPF = "cpf", "Compte personnel de formation"
    REGION = "region", "Région"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    AGEFIPH = "agefiph", "Agefiph"
    STATE = "state", "État"
    OPCO = "opco", "OPCO"
    OTHER = "other", "autre financeur"


class Audience(Labelled):
    EVERYONE = "everyone", "tout public"
    JOBSEEKER = "jobseeker", "demandeurs d'emploi"
    ESAT = "esat", "travailleurs en ESAT"


class Need(Labelled):
    """Accessibility needs, in the order in which documents hold their answers."""

    PREMISES = "premises", "locaux accessibles"
    REFERENT = "referent", "référent handicap nommé"
    VISUAL = "visual", "déficience visuelle"
    HEARING = "hearing", "déficience auditive"
    COGNITIVE = "cognitive", "troubles cognitifs ou psychiques"
    PACE = "pace", "rythme aménagé"
    REMOTE = "remote", "suivi à distance possible"


class DatePrecision(Labelled):
    """How much of a start is known. ``month_of_year``: a month without its year, so no date at all."""

    DAY = "day", "au jour près"
    MONTH = "month", "au mois près"
    MONTH_OF_YEAR = "month_of_year", "mois sans année"
    UNKNOWN = "unknown", "non précisé"


class PlacePrecision(Labelled):
    """Where coordinates come from, best first."""

    GIVEN = "given", "coordonnées de l'organisme"
    ADDRESS = "address", "adresse"
    COMMUNE = "commune", "centre de la commune"
    POSTCODE = "postcode", "centre du code postal"
    EPCI = "epci", "centre de l'intercommunalité"
    DEPARTEMENT = "departement", "centre du département"
    REGION = "region", "centre de la région"
    UNKNOWN = "unknown", "non situé"


class SessionState(Labelled):
    """LHÉO etat-recrutement 1, 2, 3."""

    OPEN = "open", "inscriptions ouvertes"
    CLOSED = "closed", "inscriptions closes"
    SUSPENDED = "suspended", "inscriptions suspendues"
