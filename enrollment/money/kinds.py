"""Words of the money: kinds of action, of pots, of funders, of learners. Code = what is stored; label = French."""

from __future__ import annotations

from catalog.codes.edof import CpfCode
from catalog.codes.facets import Labelled


class ActionKind(Labelled):
    """What caps and conditions depend on (domain 5.3)."""

    RNCP = "rncp", "certification du RNCP"
    RS = "rs", "certification du répertoire spécifique"
    CLEA = "clea", "certificat CléA"
    ASSESSMENT = "assessment", "bilan de compétences"
    VAE = "vae", "accompagnement à la VAE"
    LIGHT_LICENCE = "light_licence", "permis de conduire du groupe léger"
    HEAVY_LICENCE = "heavy_licence", "permis de conduire du groupe lourd"
    OTHER = "other", "autre action"


class PotKind(Labelled):
    """Of rights on an account (domain 5.4, 6)."""

    RESERVED = "reserved", "droits réservés"
    ANNUAL = "annual", "droits annuels"
    COMPLEMENTARY = "complementary", "autres droits complémentaires"
    C2P = "c2p", "points du compte de prévention"
    ACCIDENT = "accident", "supplément accident du travail"


class Nature(Labelled):
    """Whose money it is; moneys of two natures are never mixed, whatever happens to a file (domain 5.4)."""

    MUTUALISED = "mutualised", "contributions mutualisées"
    VOLUNTARY = "voluntary", "versements volontaires"
    BRANCH = "branch", "branche accidents du travail et maladies professionnelles"
    LEARNER = "learner", "argent du titulaire"


# C2P and the work-accident supplement are paid neither by the mutualised contribution nor by a volunteer.
POT_NATURES = {
    PotKind.RESERVED: Nature.VOLUNTARY,
    PotKind.ANNUAL: Nature.MUTUALISED,
    PotKind.COMPLEMENTARY: Nature.VOLUNTARY,
    PotKind.C2P: Nature.BRANCH,
    PotKind.ACCIDENT: Nature.BRANCH,
}


class FunderKind(Labelled):
    """Of contributions to a file or endowments of an account."""

    EMPLOYER = "employer", "employeur"
    OPCO = "opco", "OPCO"
    PROFESSION = "profession", "branche professionnelle"
    STATE = "state", "État"
    REGION = "region", "Région"
    AGEFIPH = "agefiph", "Agefiph"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    OTHER = "other", "autre financeur"


class Status(Labelled):
    """What is known of a learner on the day; several at once."""

    EMPLOYEE = "employee", "salarié"
    JOBSEEKER = "jobseeker", "demandeur d'emploi"
    SELF_EMPLOYED = "self_employed", "indépendant"
    PUBLIC_AGENT = "public_agent", "agent public"
    APPRENTICE = "apprentice", "apprenti"
    ESAT = "esat", "travailleur en ESAT"
    DISABLED = "disabled", "bénéficiaire de l'obligation d'emploi (OETH)"
    LOW_QUALIFIED = "low_qualified", "sans CAP ni BEP"
    RSA = "rsa", "bénéficiaire du RSA"
    PRIORITY = "priority", "public prioritaire de France Travail"


class Cause(Labelled):
    """Why a file that had started is settled as it is (domain 4.3)."""

    COMPLETE = "complete", "formation suivie jusqu'au bout"
    LEARNER_FAULT = "learner_fault", "abandon ou absences sans force majeure"
    FORCE_MAJEURE = "force_majeure", "force majeure du titulaire"
    INTERRUPTED_RESCHEDULED = "interrupted_rescheduled", "interrompue par l'organisme, qui propose un report"
    INTERRUPTED = "interrupted", "interrompue par l'organisme, sans report"


_LIGHT = {CpfCode.LICENCE_B, CpfCode.LICENCE_A1, CpfCode.LICENCE_A2, CpfCode.LICENCE_B1, CpfCode.LICENCE_BE}


def action_kind(code: str, title: str = "") -> ActionKind:
    """Of a certification's code in its one spelling (RNCP34441, RS5695, CPF206) and its title."""
    if code == CpfCode.VAE:
        return ActionKind.VAE
    if code == CpfCode.SKILLS_ASSESSMENT:
        return ActionKind.ASSESSMENT
    if code in list(CpfCode):
        return ActionKind.LIGHT_LICENCE if code in _LIGHT else ActionKind.HEAVY_LICENCE
    if code.startswith("RNCP"):
        return ActionKind.RNCP
    if code.startswith("RS"):  # CléA's code changes at each renewal, its name does not
        return ActionKind.CLEA if "cléa" in title.casefold() else ActionKind.RS
    return ActionKind.OTHER
