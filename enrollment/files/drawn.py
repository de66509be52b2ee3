"""The table as a page shows it: states drawn for Mermaid, and every rule in a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from enrollment.files.states import Actor, Billing, Control, State
from enrollment.files.transitions import TABLE, Rule

_DAY = date(2026, 11, 25)  # whose delays are shown


def file_diagram() -> str:
    """States of the file; what leaves the state as it is stands in the table alone."""
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in TABLE:
        if rule.to is None:
            continue
        for source in rule.sources or (None,):
            edges[_node(source), rule.to.value].append(_labelled(rule))
    ends = [f"    {state.value} --> [*]" for state in State if state.final]
    return _diagram((f"    {start} --> {end}: {_joined(told)}" for (start, end), told in edges.items()), ends)


def billing_diagram() -> str:
    """As far as a file can come by the table."""
    edges: dict[tuple[Billing, Billing], list[str]] = defaultdict(list)
    for state, billing in sorted(_reachable(), key=str):
        for rule in _leaving(state, billing):
            after = rule.to_billing or billing
            if after is not billing and _labelled(rule) not in edges[billing, after]:
                edges[billing, after].append(_labelled(rule))
    return _diagram(f"    {start.value} --> {end.value}: {_joined(told)}" for (start, end), told in edges.items())


def control_diagram() -> str:
    edges: dict[tuple[Control, Control], list[str]] = defaultdict(list)
    for rule in TABLE:
        if rule.to_control is None:
            continue
        for start in rule.control:
            if _labelled(rule) not in edges[start, rule.to_control]:
                edges[start, rule.to_control].append(_labelled(rule))
    return _diagram(f"    {start.value} --> {end.value}: {_joined(told)}" for (start, end), told in edges.items())


def rules_table() -> str:
    lines = [
        "| event | who | from | to | beside | conditions | when | effects | notices |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for rule in TABLE:
        cells = (
            f"`{rule.event.value}`",
            _who(rule),
            _sources(rule),
            "stays" if rule.to is None else f"`{rule.to.value}`",
            _beside(rule),
            ", ".join(each.name for each in rule.conditions),
            _when(rule),
            ", ".join(effect.value for effect in rule.effects),
            ", ".join(f"{notice.value} ({notice.to.value})" for notice in rule.notices),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def conditions_table() -> str:
    named = {each.name: each for rule in TABLE for each in rule.conditions}
    lines = ["| condition | looks at | said when it fails |", "|---|---|---|"]
    for each in named.values():
        looks = "what is said" if each.of_what_is_said else "the file and the clock"
        lines.append(f"| {each.name} | {looks} | {each.why_not} |")
    return "\n".join(lines)


def _reachable() -> set[tuple[State, Billing]]:
    found = {(rule.to, Billing.NOT_BILLABLE) for rule in TABLE if not rule.sources and rule.to is not None}
    while True:
        more = {
            (rule.to or state, rule.to_billing or billing)
            for state, billing in found
            for rule in _leaving(state, billing)
        }
        if more <= found:
            return found
        found |= more


def _leaving(state: State, billing: Billing) -> list[Rule]:
    return [rule for rule in TABLE if state in rule.sources and (not rule.billing or billing in rule.billing)]


def _node(state: State | None) -> str:
    return "[*]" if state is None else state.value


def _labelled(rule: Rule) -> str:
    return f"{rule.event.value} ({_who(rule)})"


def _who(rule: Rule) -> str:
    return " or ".join("time" if actor is Actor.TIMER else actor.value for actor in rule.actors)


def _joined(told: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(told))


def _sources(rule: Rule) -> str:
    opened = tuple(state for state in State if not state.final)
    if not rule.sources:
        return "nothing"
    if set(rule.sources) == set(State):
        return "any"
    if set(rule.sources) == set(opened):
        return "any open"
    return ", ".join(f"`{state.value}`" for state in rule.sources)


def _beside(rule: Rule) -> str:
    wanted = (rule.billing, rule.control, rule.attendance, rule.attention)
    made = (rule.to_billing, rule.to_control, rule.to_attendance, rule.to_attention)
    needs = "; ".join(" or ".join(each.value for each in some) for some in wanted if some)
    gives = ", ".join(each.value for each in made if each is not None)
    return f"{needs}{' ' if needs and gives else ''}{'→ ' if gives else ''}{gives}"


def _when(rule: Rule) -> str:
    if rule.due is None:
        return ""
    delay = rule.due.delay
    verb = "within"
    if Actor.TIMER in rule.actors:
        verb = "near the end of" if rule.due.before else "at the end of"
    return f"{verb} {delay.name} ({delay.at(_DAY)})"


def _diagram(edges: Iterable[str], ends: Iterable[str] = ()) -> str:
    return "\n".join(("```mermaid", "stateDiagram-v2", *edges, *ends, "```"))
