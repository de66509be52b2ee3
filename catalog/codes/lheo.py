"""Dictionaries of LHÉO 2.3 (12 January 2022), codes and labels as published; ``fold`` says what learners see."""

from __future__ import annotations

from catalog.codes.facets import Labelled


class YesNo(Labelled):
    """dict-boolean"""

    NO = "0", "non"
    YES = "1", "oui"


class TeachingMode(Labelled):
    """dict-modalites-enseignement. Third-party tools often swap 1 and 2 (domain 2.3)."""

    IN_PERSON = "0", "formation entièrement présentielle"
    MIXED = "1", "formation mixte"
    REMOTE = "2", "formation entièrement à distance"


class EntryMode(Labelled):
    """dict-modalites-es"""

    FIXED = "0", "entrées/sorties à dates fixes"
    PERMANENT = "1", "entrées/sorties permanentes"


class RecruitmentState(Labelled):
    """dict-etat-recrutement; EDOF accepts the first two only."""

    OPEN = "1", "ouvert"
    CLOSED = "2", "fermé"
    SUSPENDED = "3", "suspendu"


class GeneralObjective(Labelled):
    """dict-AIS; EDOF refuses 1."""

    OBSOLETE = "1", "code(s) obsolète(s)"
    IMPROVEMENT = "2", "perfectionnement, élargissement des compétences"
    BUSINESS_CREATION = "4", "création d'entreprise"
    BASIC_SKILLS = "5", "remise à niveau, maîtrise des savoirs de base, initiation"
    CERTIFICATION = "6", "certification"
    PROFESSIONALISATION = "7", "professionnalisation"
    PRE_QUALIFICATION = "8", "préparation à la qualification"
    MOBILISATION = "9", "(re)mobilisation, aide à l'élaboration de projet professionnel"


class Perimeter(Labelled):
    """dict-perimetre-recrutement. The official EDOF example labels 4 "région": 4 is inter-région (domain 14)."""

    OTHER = "0", "autres"
    COMMUNE = "1", "commune"
    DEPARTEMENT = "2", "département"
    REGION = "3", "région"
    INTER_REGION = "4", "interrégion"
    COUNTRY = "5", "pays"
    INTERNATIONAL = "6", "international"


class FunderCode(Labelled):
    """dict-financeurs"""

    OTHER = "0", "autre"
    OBSOLETE = "1", "code(s) obsolète(s)"
    REGION = "2", "collectivité territoriale - conseil régional"
    ESF = "3", "fonds européens - FSE"
    FRANCE_TRAVAIL = "4", "France Travail (Pôle emploi)"
    COMPANY = "5", "entreprise"
    ACSE = "6", "ACSÉ (anciennement FASILD)"
    AGEFIPH = "7", "Agefiph"
    DEPARTEMENT = "8", "collectivité territoriale - conseil départemental"
    COMMUNE = "9", "collectivité territoriale - commune"
    LEARNER = "10", "bénéficiaire de l'action"
    STATE_EMPLOYMENT = "11", "État - ministère chargé de l'emploi"
    STATE_EDUCATION = "12", "État - ministère de l'éducation nationale"
    STATE_OTHER = "13", "État - autre"
    EU_OTHER = "14", "fonds européens - autre"
    LOCAL_OTHER = "15", "collectivité territoriale - autre"
    OPCO = "16", "OPCO"
    TRANSITIONS_PRO = "17", "Transitions Pro"
    LADOM = "18", "LADOM"
    STATE_INTERIOR = "19", "État - ministère de l'intérieur"
    OFII = "20", "OFII - Office français de l'immigration et de l'intégration"


class ContactType(Labelled):
    """dict-type-contact"""

    OTHER = "0", "autre"
    DISABILITY_REFERENT = "1", "référent handicap"
    MOBILITY_REFERENT = "2", "référent mobilité internationale"
    PEDAGOGY = "3", "référent pédagogique"
    RECEPTION = "4", "accueil"
    MANAGEMENT = "5", "direction"
    QUALITY = "6", "référent qualité"
    COMPANY = "7", "référent entreprise"
    SALES = "8", "référent commercial"
    FINANCE = "9", "gestionnaire financier"
    DDFPT = "10", "direction déléguée aux formations professionnelles et techniques (DDFPT)"
    COMMUNICATION = "11", "communication"
    DISTANCE_LEARNING = "12", "référent FOAD"
    VAE = "13", "référent VAE"
    APPRENTICESHIP = "14", "référent apprentissage"


class PathType(Labelled):
    """dict-type-parcours"""

    GROUP = "1", "en groupe (non personnalisable)"
    INDIVIDUAL = "2", "individualisé"
    MODULAR = "3", "modularisé"
    MIXED = "4", "mixte"


class Positioning(Labelled):
    """dict-type-positionnement"""

    REGULATORY = "1", "réglementaire"
    PEDAGOGIC = "2", "pédagogique"


class ModuleType(Labelled):
    """dict-type-module"""

    UNKNOWN = "0", "information inconnue"
    MANDATORY = "1", "obligatoire"
    CUSTOMISABLE = "2", "personnalisable"


class RecruitmentMethod(Labelled):
    """dict-modalite-recrutement"""

    UNKNOWN = "0", "information inconnue"
    SIMULATION = "1", "méthode de recrutement par simulation"
    COMPETITION = "2", "concours"
    FILE = "3", "dossier"
    PRACTICAL_TESTS = "4", "tests pratiques"
    WRITTEN_TESTS = "5", "épreuves écrites"
    ORAL_TESTS = "6", "épreuves orales"
    APPLICATION = "7", "inscription sur candidature"
    INTERVIEW = "8", "entretien ou rendez-vous individuel"
    GROUP_INFORMATION = "9", "information collective"


class TeachingType(Labelled):
    """dict-type-enseignement"""

    ART = "1", "art"
    SPECIALITY = "2", "enseignement de spécialité"
    OPTION = "3", "enseignement optionnel"
    LANGUAGE = "4", "langue"
    LANGUAGE_1 = "5", "langue vivante 1"
    LANGUAGE_2 = "6", "langue vivante 2"
    LANGUAGE_3 = "7", "langue vivante 3"
    SPORT = "8", "sport"
    GENERAL = "9", "enseignement général"
    VOCATIONAL = "10", "enseignement professionnel"


class EquipmentType(Labelled):
    """dict-type-equipement"""

    OTHER = "0", "autre"
    HEAD = "1", "protection de la tête"
    EYES = "2", "protection des yeux"
    HANDS = "3", "protection des mains"
    HEARING = "4", "protection de l'ouïe"
    BODY = "5", "protection du corps"
    FEET = "6", "protection des pieds"
    BREATHING = "7", "protection des voies respiratoires"
    FALLS = "8", "protection chutes"
    TOOLS = "9", "outillage professionnel"
    CLOTHES = "10", "tenue professionnelle"
    DIGITAL = "11", "équipement numérique"


class BlockValidation(Labelled):
    """dict-type-validation-blocs"""

    PARTIAL = "0", "partielle : certains blocs mais pas la totalité"
    TOTAL = "1", "totale : tous les blocs"
    BOTH = "2", "mixte : validation totale ou par blocs"


class AlternanceType(Labelled):
    """dict-type-alternance"""

    ANY = "0", "tout type de contrat d'alternance"
    APPRENTICESHIP = "1", "contrat d'apprentissage"
    PROFESSIONALISATION = "2", "contrat de professionnalisation"


class RhythmUnit(Labelled):
    """dict-unite-rythme"""

    HOUR = "0", "heure"
    HALF_DAY = "1", "demi-journée"
    DAY = "2", "journée"
    WEEK = "3", "semaine"
    MONTH = "4", "mois"


class CycleType(Labelled):
    """dict-type-cycle"""

    INITIAL = "0", "formation initiale"
    APPRENTICESHIP = "1", "contrat d'apprentissage"


class LevelCode(Labelled):
    """dict-niveaux: 0-8 are the levels before the decree 2019-14, 11-18 the national levels 1-8."""

    NOT_STATED = "0", "information non communiquée"
    NONE = "1", "sans niveau spécifique"
    OLD_VI = "2", "niveau VI (illettrisme, analphabétisme)"
    OLD_V_BIS = "3", "niveau V bis (préqualification)"
    OLD_V = "4", "niveau V (CAP, BEP, CFPA du premier degré)"
    OLD_IV = "5", "niveau IV (BP, BT, baccalauréat professionnel ou technologique)"
    OLD_III = "6", "niveau III (BTS, DUT)"
    OLD_II = "7", "niveau II (licence ou maîtrise universitaire)"
    OLD_I = "8", "niveau I (supérieur à la maîtrise)"
    L1 = "11", "niveau 1 (savoirs de base)"
    L2 = "12", "niveau 2 (activités simples)"
    L3 = "13", "niveau 3 (CAP, BEP)"
    L4 = "14", "niveau 4 (baccalauréat)"
    L5 = "15", "niveau 5 (BTS, DUT)"
    L6 = "16", "niveau 6 (licence)"
    L7 = "17", "niveau 7 (master)"
    L8 = "18", "niveau 8 (doctorat)"
