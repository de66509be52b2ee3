"""LHÉO and EDOF names -> names of ``ingest.draft``. Tables only: what they leave out goes to ``Draft.extras``."""

from __future__ import annotations

TRAINING = {
    "intitule-formation": "title",
    "objectif-formation": "objective",
    "resultats-attendus": "results",
    "contenu-formation": "content",
    "parcours-de-formation": "path_type",
    "objectif-general-formation": "general_objective",
    "certifiante": "certifying",
    "code-niveau-entree": "entry_level",
    "code-niveau-sortie": "exit_level",
}

# One level down: (container, element) -> name.
TRAINING_NESTED = {
    "domaine-formation": {"code-FORMACODE": "formacode", "code-NSF": "nsf", "code-ROME": "rome"},
    "certification": {
        "code-RNCP": "rncp",
        "code-RS": "rs",
        "code-CPF": "cpf",
        "code-CERTIFINFO": "certifinfo",
    },
    "url-formation": {"urlweb": "url"},
}

ORGANISATION = {
    "numero-activite": "activity_number",
    "nom-organisme": "organisation_name",
    "raison-sociale": "legal_name",
    "SIRET": "siret",
    "SIRET-organisme-formation": "siret",
    "code-UAI-organisme-formation": "uai",
}

OFFER = {
    "rythme-formation": "rhythm_text",
    "code-public-vise": "public",
    "info-public-vise": "public_text",
    "niveau-entree-obligatoire": "entry_level_required",
    "modalites-alternance": "alternation_text",
    "modalites-enseignement": "modality",
    "conditions-specifiques": "prerequisites_text",
    "prise-en-charge-frais-possible": "funding_possible",
    "modalites-entrees-sorties": "entry",
    "restauration": "catering",
    "hebergement": "lodging",
    "transport": "transport",
    "acces-handicapes": "access_text",
    "langue-formation": "language",
    "modalites-recrutement": "recruitment_text",
    "modalites-pedagogiques": "pedagogy_text",
    "code-modalite-pedagogique": "pedagogy_code",
    "frais-restants": "fees_remaining",
    "code-perimetre-recrutement": "perimeter",
    "infos-perimetre-recrutement": "perimeter_text",
    "prix-horaire-TTC": "price_hourly",
    "prix-total-TTC": "price_ttc",
    "duree-indicative": "duration_text",
    "nombre-heures-centre": "hours_centre",
    "nombre-heures-entreprise": "hours_company",
    "nombre-heures-total": "hours",
    "detail-conditions-prise-en-charge": "funding_text",
    "conventionnement": "publicly_funded",
}

OFFER_NESTED = {
    "url-action": {"urlweb": "url"},
    "date-information": {"date": "information_date"},
    "organisme-financeur": {"code-financeur": "funder"},
}

SESSION = {"modalites-inscription": "registration_text", "etat-recrutement": "state"}

SESSION_NESTED = {"periode": {"debut": "start", "fin": "end"}, "url-session": {"urlweb": "url"}}

ADDRESS = {
    "denomination": "label",
    "ligne": "line",
    "codepostal": "postcode",
    "ville": "city",
    "departement": "departement",
    "code-INSEE-commune": "insee",
    "region": "region",
    "pays": "country",
}

CONTACT = {"civilite": "civility", "nom": "name", "prenom": "first_name", "courriel": "email"}

CONTACT_NESTED = {
    "telfixe": {"numtel": "phone"},
    "portable": {"numtel": "mobile"},
    "fax": {"numtel": "fax"},
    "web": {"urlweb": "web"},
}

# Circle 3: the ``info`` attribute of ``extra`` (domain 3.2 for EDOF, 2.5 for Carif feeds).
TRAINING_EXTRAS = {
    "resume-contenu": "highlights",
    "categorisation-offre": "vae_category",
    "code-bloc": "block_code",
    "blocs-modifiables": "blocks_editable",
    "code-niveau-sortie": "exit_level",
}

OFFER_EXTRAS = {
    "modalites-handicap": "disability_text",
    "info-admission": "admission_text",
    "code-modalites-admission": "admission",
    "code-gfe": "gfe",
    "code-type-horaires": "schedule_type",
    "duree-apprentissage": "hours_learning",
    "code-rythme-formation": "rhythm",
    "frais-anpec": "fees_extra",
    "frais-certif-inclus-frais-anpec": "fees_extra_included",
    "detail-frais-anpec": "fees_extra_text",
    "autres-services": "other_services",
    "taux-tva": "vat_rate",
    "frais-ht": "price_ht",
    "frais-ttc": "price_ttc",
    "existence-prerequis": "prerequisites_exist",
    "conventionnement": "publicly_funded",
    "contrat-apprentissage": "apprenticeship",
    "action-perimee": "expired",
}

SESSION_EXTRAS = {
    "garantie": "guaranteed",
    "modalites-particulieres": "special_terms",
    "specificites": "special_terms",
    "specificites-session": "special_terms",
    "session-perimee": "expired",
}

ADDRESS_EXTRAS = {
    "numero-voie": "street_number",
    "code-nature-voie": "street_type",
    "libelle-voie": "street_name",
    "ligne5-adresse": "box",
    "accessibilite-batimentaire": "access_text",
    "conformite-reglementaire": "premises_accessible",
    "latitude": "lat",
    "longitude": "lon",
}

CONTACT_EXTRAS = {"fonction": "function"}

# Contacts that stand inside extras, and what they are for.
CONTACT_EXTRA_ROLES = {"contact-information": "information", "contact-inscription": "registration"}
