"""Every parameter of a question as an option of the command line, from the one table that declares them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from search import values
from search.declared import PARAMETERS, Parameter

_NAMES = {"radius_km": ("--radius", "--radius-km")}
_SHOWN_BY_DEFAULT = ("facets", "reasons")
_PANEL = "Question"


def with_question(command: Callable[..., None], *, without: Sequence[str] = ()) -> Callable[..., None]:
    """The command with an option per parameter; it gets them together, as ``question={name: value}``."""
    asked = [one for one in PARAMETERS if one.built and one.name != "q" and one.name not in without]
    own = inspect.signature(command, eval_str=True)

    def run(**given: Any) -> None:
        question = {one.name: given.pop(one.name) for one in asked}
        command(**given, question=question)

    kept = [one for one in own.parameters.values() if one.name != "question"]
    options = [_option(one) for one in asked]
    ordered = [*kept, *options]
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    run.__signature__ = own.replace(parameters=ordered)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in ordered} | {"return": None}
    return run


def pairs(words: Sequence[str] | None, question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """As an address would carry them."""
    written = [("q", " ".join(words or ()))]
    for name, value in question.items():
        if isinstance(value, bool):
            written.append((name, "1" if value else "0"))
        elif isinstance(value, list):
            written += [(name, one) for one in value]
        elif value is not None:
            written.append((name, value))
    return written


def _option(parameter: Parameter) -> inspect.Parameter:
    name = parameter.name
    dashed = "--" + name.replace("_", "-")
    help_text = parameter.description + _choices(parameter)
    default: Any = None
    kind: Any
    if parameter.read is values.flag:
        told = typer.Option(f"{dashed}/--no-{name}", help=help_text, rich_help_panel=_PANEL, show_default=False)
        kind = bool | None
        default = True if name in _SHOWN_BY_DEFAULT else None
    else:
        told = typer.Option(
            *_NAMES.get(name, (dashed,)), help=help_text, rich_help_panel=_PANEL, show_default=False, metavar="…"
        )
        kind = list[str] | None if parameter.repeatable else str | None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, told])


def _choices(parameter: Parameter) -> str:
    codes = parameter.schema.get("enum")
    if parameter.read is values.flag:
        return ""
    return f" ({' '.join(codes)})" if codes else ""
