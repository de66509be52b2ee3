"""80 texts as organisations write them, invented, each with what it states of each need (all others: unknown).

p premises, f referent, v visual, h hearing, c cognitive, t pace, r remote; upper case = no.
"""

from __future__ import annotations

from catalog.codes.facets import Answer, Need

_NEEDS = {
    "p": Need.PREMISES,
    "f": Need.REFERENT,
    "v": Need.VISUAL,
    "h": Need.HEARING,
    "c": Need.COGNITIVE,
    "t": Need.PACE,
    "r": Need.REMOTE,
}

_TEXTS: tuple[tuple[str, str], ...] = (
    # nothing is said
    ("0", ""),
    ("-", ""),
    ("Oui", ""),
    ("Non", ""),
    ("Nous contacter", ""),
    ("Nous consulter pour étudier la faisabilité.", ""),
    ("Formation accessible", ""),
    ("Formation accessible à tous.", ""),
    ("Formation accessible aux personnes en situation de handicap", ""),
    ("Cette formation est ouverte aux personnes en situation de handicap, contactez-nous.", ""),
    ("Accessibilité en cours", ""),
    ("Accessible sous réserve", ""),
    ("Accès PMR sous réserve de travaux", ""),
    ("Mise en accessibilité PMR prévue en 2027", ""),
    ("Locaux en cours de mise aux normes d'accessibilité PMR", ""),
    ("Accessibilité PMR : nous contacter", ""),
    ("Accessibilité PMR à vérifier selon le site", ""),
    ("Certaines salles sont accessibles aux PMR", ""),
    ("Locaux partiellement accessibles aux personnes à mobilité réduite", ""),
    ("Accès PMR : oui/non", ""),
    ("Locaux accessibles PMR sauf l'atelier", ""),
    ("Locaux facilement accessibles en métro et en bus", ""),
    ("Notre site internet est accessible aux personnes handicapées", ""),
    ("Parking à proximité, arrêt de tram à 200 m", ""),
    ("Nous nous engageons à rendre nos locaux accessibles aux PMR", ""),
    ("Nous étudierons ensemble les adaptations possibles.", ""),
    ("Dérogation accessibilité pour le bâtiment B", ""),
    ("Si vous avez besoin d'un interprète LSF, prévenez-nous pour étudier votre demande", ""),
    ("Un référent handicap sera nommé prochainement", ""),
    ("Référent handicap : en cours de désignation", ""),
    ("Rapprochez-vous du référent handicap de votre entreprise", ""),
    ("Véhicule adapté disponible", ""),
    ("Aménagements possibles selon le handicap", ""),
    ("Supports de cours remis à chaque stagiaire", ""),
    ("Ascenseur en panne", ""),
    ("Des adaptations pourront être proposées : braille, LSF", ""),
    ("Toilettes adaptées au rez-de-chaussée", ""),
    # denials
    ("Non accessible aux PMR", "P"),
    ("Pas d'accès PMR", "P"),
    ("Nos locaux ne sont pas accessibles", "P"),
    ("Nos locaux ne sont malheureusement pas accessibles aux personnes à mobilité réduite.", "P"),
    ("Accessibilité PMR : non", "P"),
    ("Locaux accessibles PMR ? Non", "P"),
    ("Aucun accès pour les fauteuils roulants", "P"),
    ("Salle au 3e étage sans ascenseur", "P"),
    ("Locaux inaccessibles en fauteuil roulant", "P"),
    ("Bâtiment non accessible aux personnes handicapées", "P"),
    ("Pas de référent handicap", "F"),
    ("Pas d'interprète LSF", "H"),
    ("Formation non accessible aux malvoyants", "V"),
    ("Locaux non accessibles aux PMR mais référent handicap à votre écoute", "Pf"),
    ("Pas de suivi à distance possible", "R"),
    # statements
    ("Locaux accessibles PMR", "p"),
    ("Locaux accessibles", "p"),
    ("Nos locaux sont accessibles aux personnes à mobilité réduite.", "p"),
    ("rampe d'accès et ascenseur", "p"),
    ("Accès P.M.R.", "p"),
    ("Établissement de plain-pied, accessible en fauteuil", "p"),
    ("Bâtiment conforme aux normes d'accessibilité handicap", "p"),
    ("Locaux accessibles aux personnes handicapées, n'hésitez pas à nous signaler vos besoins", "p"),
    ("Locaux accessibles aux PMR. Nous contacter pour tout autre besoin.", "p"),
    ("Centre accessible aux PMR ; référent handicap : Mme Martin", "pf"),
    ("Référent handicap : M. Durand", "f"),
    ("Contactez notre référente handicap pour étudier vos besoins.", "f"),
    ("Un référent handicap est à votre disposition", "f"),
    ("Interprète LSF sur demande", "h"),
    ("Boucle magnétique en salle, supports sous-titrés", "h"),
    ("Formation accessible aux personnes sourdes et malentendantes", "h"),
    ("Documents en braille ou en gros caractères", "v"),
    ("Supports compatibles avec les lecteurs d'écran", "v"),
    ("Accueil des personnes non-voyantes avec leur chien guide", "v"),
    ("Supports en FALC", "c"),
    ("Accompagnement des stagiaires présentant des troubles dys", "c"),
    ("Rythme aménagé possible, temps majoré aux examens", "t"),
    ("Aménagement des horaires et pauses supplémentaires", "t"),
    ("Formation suivie entièrement à distance", "r"),
    ("Possibilité de suivre la formation à distance", "r"),
    ("Locaux accessibles PMR, pas d'interprète LSF", "pH"),
    ("Référent handicap joignable, supports agrandis, rythme adapté", "fvt"),
    ("Locaux non accessibles PMR. Classe virtuelle sous-titrée.", "Ph"),
)


def labelled() -> list[tuple[str, dict[Need, Answer]]]:
    return [
        (text, {_NEEDS[code.lower()]: Answer.YES if code.islower() else Answer.NO for code in codes})
        for text, codes in _TEXTS
    ]
