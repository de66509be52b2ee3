"""The command line: what can be done, with examples; each command lives in a file of its own."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import typer
from rich.markup import escape

from base.errors import ParcoursError
from parcours import (
    admin,
    demo,
    importing,
    indexes,
    indexing,
    ledger,
    logs,
    reference,
    refunding,
    searching,
    serving,
    transfers,
)
from parcours.console import err, print_json
from parcours.usage import usage_error

app = typer.Typer(
    name="parcours",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Moteur de recherche de formations : neutre, explicable, ouvert.\n\n"
    "Pour tout essayer : [bold]parcours demo[/bold]. Avec vos fichiers :\n\n"
    "  parcours import catalogue.xml --dry-run\n\n"
    "  parcours import catalogue.xml\n\n"
    "  parcours search comptabilité --home Lyon --radius 30\n\n"
    "  parcours serve\n\n"
    "Chaque commande s'explique avec [bold]--help[/bold] et répond en JSON avec [bold]--json[/bold].",
    epilog="Réglages : PARCOURS_DATA_DIR (dossier de données, var/ par défaut), PARCOURS_TODAY, PARCOURS_DATABASE_URL, "
    "PARCOURS_ENGINE (embedded par défaut, ou elasticsearch).",
)
importing.add_to(app)
searching.add_to(app)
indexing.add_to(app)
serving.add_to(app)
demo.add_to(app)
app.add_typer(indexes.app, name="index")
app.add_typer(reference.app, name="reference")
app.add_typer(ledger.app, name="ledger")
app.add_typer(transfers.app, name="transfers")
app.add_typer(refunding.app, name="refunds")
app.add_typer(admin.app, name="admin")


def _not_built(name: str, what: str) -> None:
    @app.command(name, hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def later(context: typer.Context) -> None:
        _tell("not-built-yet", "Pas encore disponible", what)
        raise typer.Exit(2)


_not_built("rank", "Le rang d'une offre viendra dans une prochaine version ; « parcours explain » dit déjà ses parts.")
_not_built("evaluate", "La mesure de la pertinence viendra dans une prochaine version.")


_SETTINGS = {
    "date_from_datetime_parsing": "une date de la forme 2026-03-15",
    "date_parsing": "une date de la forme 2026-03-15",
    "int_parsing": "un nombre entier",
    "bool_parsing": "true ou false",
}


def main() -> None:
    """Whatever happens, the answer is a line in French that says what to do, and a status that is not zero."""
    try:
        logs.set_up(os.environ.get("PARCOURS_LOG", ""))
        status = typer.main.get_command(app).main(standalone_mode=False, prog_name="parcours")
    except ParcoursError as error:
        _tell(error.code, error.title, error.told, **error.extra)
        status = 2 if error.status == 422 else 1
    except BrokenPipeError:  # the reader of our output has left: nothing to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    except Exception as error:
        status = _unforeseen(error)
    sys.exit(status if isinstance(status, int) else 0)


def _unforeseen(error: Exception) -> int:
    """Wrong usage, files that cannot be opened, and our own faults."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.ctx.get_help())  # type: ignore[attr-defined]
        return 2
    usage = usage_error(error)
    if usage is not None:
        _tell("usage", *usage)
        return 2
    if type(error).__name__ == "ValidationError" and getattr(error, "title", "") == "Settings":
        _tell("settings", "Réglage refusé", _settings(error))
        return 2
    if isinstance(error, OSError):
        _tell("file", "Fichier inaccessible", f"{error.strerror or error} : {error.filename or ''}".rstrip(" :"))
        return 1
    if type(error).__module__.startswith("sqlalchemy"):
        _tell(
            "database",
            "La base ne répond pas",
            f"Vérifiez PARCOURS_DATABASE_URL ou le dossier de données. ({_first(error)})",
        )
        return 1
    logging.getLogger("parcours").debug("Erreur imprévue", exc_info=error)
    told = f"{type(error).__name__} : {_first(error)}. Relancez avec PARCOURS_LOG=debug pour le détail."
    _tell("internal", "Erreur imprévue", told)
    return 1


def _settings(error: Exception) -> str:
    """What the environment holds that no setting can be."""
    refused = error.errors()  # type: ignore[attr-defined]
    return " ; ".join(
        f"PARCOURS_{'_'.join(map(str, one['loc'])).upper()} : « {str(one['input'])[:60]} » n'est pas {_expected(one)}."
        for one in refused
    )


def _expected(one: dict[str, Any]) -> str:
    if one["type"] == "literal_error":
        return str(one["ctx"]["expected"]).replace("'", "").replace(" or ", " ou ")
    return _SETTINGS.get(one["type"], "une valeur possible")


def _first(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def _tell(code: str, title: str, detail: str, **extra: object) -> None:
    if "--json" in sys.argv:
        print_json({"error": {"code": code, "title": title, "detail": detail, **extra}})
    err.print(f"[bold red]{escape(title)}[/bold red] : {escape(detail)}", soft_wrap=True)
