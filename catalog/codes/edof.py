"""Code lists of the EDOF import kit of June 2026, that LHÉO does not have (domain 3.2)."""

from __future__ import annotations

from catalog.codes.facets import Labelled

VAT_RATES_BP = (0, 550, 2000)  # taux-tva 0.0, 5.5, 20.0, in basis points


class Admission(Labelled):
    """code-modalites-admission"""

    FILE = "92002", "admission sur dossier"
    COMPETITION = "92003", "admission sur concours"
    INTERVIEW = "92005", "admission après entretien"
    TEST = "92007", "admission après test"
    MEDICAL = "92009", "admission après visite médicale"
    SEVERAL = "99998", "plusieurs modalités d'admission"
    NONE = "99999", "admission sans condition spécifique"


class RhythmCode(Labelled):
    """code-rythme-formation. 1 and 2 are "quotidien" and "hebdomadaire" for some editors (domain 3.2, conflict)."""

    DAYTIME = "1", "en journée"
    EVENING = "2", "en soirée"
    WEEKDAYS = "3", "en semaine"
    WEEKEND = "4", "le week-end"
    FULL_TIME = "5", "temps plein"
    PART_TIME = "6", "temps partiel"
    SEVERAL = "7", "plusieurs rythmes"


class ScheduleType(Labelled):
    """code-type-horaires"""

    FIXED = "1", "horaires fixes"
    NOT_FIXED = "2", "horaires non fixes"
    MIXED = "3", "horaires mixtes"


class EconomicModel(Labelled):
    """code-modele-economique, older kits only"""

    ATTENDANCE = "1", "à l'assiduité (heure, demi-journée, jour)"
    FLAT = "2", "au forfait"


class EmploymentGroup(Labelled):
    """code-gfe (groupes formation-emploi)"""

    AGRICULTURE = "1", "agriculture"
    FISHING = "2", "pêche, mer, aquaculture"
    BUILDING_SHELL = "3", "bâtiment : gros œuvre, travaux publics"
    BUILDING_FINISHING = "4", "bâtiment : équipement et finitions"
    METAL = "5", "travail des métaux"
    MECHANICS = "6", "mécanique"
    ELECTROMECHANICS = "7", "électromécanique"
    ELECTRICITY = "8", "électricité, électrotechnique, énergie"
    PRODUCTION_SUPPORT = "9", "appui à la production des industries"
    MATERIALS = "10", "transformation des matériaux, procédés"
    FOOD_PRODUCTION = "11", "production alimentaire"
    TEXTILE = "12", "textile, habillement, cuir"
    WOOD = "13", "travail du bois, matériaux de synthèse"
    PRINT = "14", "techniques graphiques, impression"
    TRANSPORT = "15", "transport, conduite, logistique"
    MANAGEMENT = "16", "gestion et traitement de l'information"
    COMMERCE = "17", "commerce et distribution"
    HEALTH = "18", "paramédical, travail social, soins personnels"
    HOTEL = "19", "hôtellerie, restauration, tourisme, loisirs"
    ENVIRONMENT = "20", "environnement, nettoyage, sécurité"
    MEDIA = "21", "techniques de la communication, média"
    ARTS = "22", "arts et techniques du spectacle, artisanat d'art"
    OTHER = "23", "autres : enseignement, formation, droit"
    INSERTION = "24", "insertion, développement personnel"


class CpfCode(Labelled):
    """code-CPF: actions that are eligible without a certification."""

    VAE = "CPF200", "accompagnement à la VAE"
    SKILLS_ASSESSMENT = "CPF202", "bilan de compétences"
    LICENCE_B = "CPF206", "permis de conduire B"
    LICENCE_C = "CPF210", "permis de conduire C"
    LICENCE_C1 = "CPF211", "permis de conduire C1"
    LICENCE_C1E = "CPF212", "permis de conduire C1E"
    LICENCE_CE = "CPF213", "permis de conduire CE"
    LICENCE_D = "CPF214", "permis de conduire D"
    LICENCE_D1 = "CPF215", "permis de conduire D1"
    LICENCE_D1E = "CPF216", "permis de conduire D1E"
    LICENCE_DE = "CPF217", "permis de conduire DE"
    LICENCE_A1 = "CPF219", "permis de conduire A1"
    LICENCE_A2 = "CPF220", "permis de conduire A2"
    LICENCE_B1 = "CPF221", "permis de conduire B1"
    LICENCE_BE = "CPF222", "permis de conduire BE"
