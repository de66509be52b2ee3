"""Errors of usage in French: the library that reads the arguments tells them in English."""

from __future__ import annotations

from typing import Any

_FRENCH = (
    ("Input should be a valid integer", "un nombre entier est attendu"),
    ("Input should be less than or equal to ", "au plus "),
    ("Input should be greater than or equal to ", "au moins "),
    ("path ", "ce chemin n'existe pas : "),
)


def usage_error(error: Any) -> tuple[str, str] | None:
    """(title, detail) of an error of usage, ``None`` when it is none."""
    kind = type(error).__name__
    if not hasattr(error, "format_message"):
        return None
    if kind == "NoSuchOption":
        near = f" Vouliez-vous dire {' ou '.join(sorted(error.possibilities))} ?" if error.possibilities else ""
        return "Option inconnue", f"{error.option_name} n'existe pas.{near}{_help(error)}"
    if kind == "MissingParameter":
        name = getattr(error.param, "name", "") or error.param_hint or ""
        return "Commande incomplète", f"il manque {str(name).upper()}.{_help(error)}"
    if kind == "BadParameter":
        hint = error.param_hint or (error.param.opts[0] if error.param is not None else "")
        return "Valeur refusée", f"{hint} : {_french(error.message)}.{_help(error)}"
    unknown = error.format_message().partition("No such command ")[2].strip(" .'\"")
    if unknown:
        return "Commande inconnue", f"« {unknown} » n'existe pas.{_help(error)}"
    return "Commande mal écrite", f"{error.format_message()}{_help(error)}"


def _french(message: str) -> str:
    message = message.strip(" .").removesuffix(" does not exist")
    if message.endswith(" is a file"):
        return f"{message.split(maxsplit=1)[1].removesuffix(' is a file')} est un fichier : un dossier est attendu"
    for english, french in _FRENCH:
        if message.startswith(english):
            return french + message[len(english) :].partition(",")[0]
    return message


def _help(error: Any) -> str:
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else "parcours"
    return f" Exemples : {path} --help"
