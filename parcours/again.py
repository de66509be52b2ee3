"""How a reader plays the demonstration's story again, command by command, to the file for the bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, Any

import orjson

from base.working_days import add_working_days
from parcours.settings import Settings

if TYPE_CHECKING:
    from parcours.story import Story

# A key of its own at each call: a repeat of a refused one would be given the refusal again.
_ONCE = """ -H "Idempotency-Key: $(python3 -c 'import uuid; print(uuid.uuid4())')\""""


def again(story: Story, api: str, program: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """Every step to the file for the bank, each served on its day: the service knows one day at a time."""
    from enrollment.money.told import euros

    of = f"{api}/enrollments/DOSSIER"
    learner, organisation = story.keys["learner"], story.keys["organisation"]
    spent = f"ses droits sont dépensés, la carte paiera {euros(story.again_cents)} au lieu de {euros(story.cash_cents)}"
    yield f"1. Demander ({spent})", curl(learner, f"{api}/enrollments", story.asked)
    yield "2. L'organisme propose", curl(organisation, f"{of}/events/propose", {})
    yield (
        "3. Aller payer ; « terms_in_force » du dossier dit la version",
        curl(learner, f"{of}/payments", {"terms_version": "VERSION"}),
    )
    yield (
        "4. L'adresse de la page de paiement (page_url), à ouvrir ; cartes d'essai sur la page",
        curl(learner, f"{of}/payments"),
    )
    yield "5. Arrêter ce service (Ctrl-C), servir au jour de l'entrée", _serving(program, settings, story.starts_on)
    on, out_on = {"on": story.starts_on.isoformat()}, {"on": story.ends_on.isoformat()}
    yield "6. Dans un autre terminal, l'organisme déclare l'entrée", curl(organisation, f"{of}/events/enter", on)
    yield "7. Arrêter, servir au jour de la sortie", _serving(program, settings, story.ends_on)
    yield (
        "8. L'organisme déclare la sortie et le service fait",
        curl(organisation, f"{of}/events/exit", {**out_on, "done": 100, "planned": 100}),
    )
    yield "9. Camille confirme le service fait", curl(learner, f"{of}/events/confirm_service", {})
    yield (
        "10. Arrêter, servir après le délai de contestation : le worker valide le service fait dans la minute",
        _serving(program, settings, story.validated_on),
    )
    yield (
        "11. L'organisme facture, une fois le dossier validé",
        curl(organisation, f"{of}/events/bill", {"bill_number": "DEMO-2026-002"}),
    )
    pays = f"{_dated(program, settings, story.validated_on)} transfers pay demo-2"
    paid_on = add_working_days(story.validated_on, 1)
    bank = settings.data_dir / "virements-demo-2.xml"
    yield "12. Le gestionnaire paie, dans un fichier pour la banque", f"{pays} --on {paid_on} --out {quote(str(bank))}"


def curl(key: str, address: str, body: dict[str, Any] | None = None) -> str:
    sent = "" if body is None else f"{_ONCE} -d {quote(orjson.dumps(body).decode())}"
    return f"curl -H 'Authorization: Bearer {key}'{sent} {address}"


def _serving(program: str, settings: Settings, day: date) -> str:
    """Where the demonstration listens, for the lines that are printed; with what it compiled already."""
    compiled = f"PARCOURS_COMPILED_DIR={quote(str(settings.compiled))}"
    return f"{compiled} {_dated(program, settings, day)} serve --host {settings.host} --port {settings.port}"


def _dated(program: str, settings: Settings, day: date) -> str:
    debtor = f"PARCOURS_DEBTOR_NAME={quote(settings.debtor_name)} PARCOURS_DEBTOR_IBAN={settings.debtor_iban}"
    return f"PARCOURS_TODAY={day} {debtor} {program}"
