"""The sandbox's payment page: a form for a card, a form for the bank's code, a way to give up. Nothing is paid."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import read_bounded
from base.errors import InvalidParameter
from enrollment.money.told import euros
from enrollment.payments.sandbox import Sandbox
from enrollment.payments.sandbox.cards import CODE, Card, Stage
from enrollment.payments.sandbox.provider import PAGE
from web.rendering import Renderer

_MOST_BYTES = 4 * 1024


def payment_pages(sandbox: Sandbox, renderer: Renderer) -> APIRouter:
    """``/paiement-essai/{reference}``: whoever knows the address may pay, as at any provider's."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PAGE}/{{reference}}")
    def show(reference: str) -> Response:
        page = sandbox.page(reference)
        shown = renderer.page(
            "paiement.html",
            page=page,
            amount=euros(page.cents),
            Stage=Stage,
            cards=[(f"{card.value[:4]} {card.value[4:8]} {card.value[8:12]} {card.value[12:]}", card.label)
                   for card in Card],
            code=CODE,
        )  # fmt: skip
        shown.headers["Cache-Control"] = "no-store"
        return shown

    @router.post(f"{PAGE}/{{reference}}")
    async def answer(request: Request, reference: str) -> Response:
        form = _form(await read_bounded(request, _MOST_BYTES))
        match form.get("action"):
            case "carte":
                await run_in_threadpool(sandbox.present, reference, form.get("carte", ""))
            case "code":
                await run_in_threadpool(sandbox.answer, reference, form.get("code", ""))
            case "abandon":
                await run_in_threadpool(sandbox.leave, reference)
            case _:
                raise InvalidParameter("action", "action : carte, code ou abandon.")
        return RedirectResponse(f"{PAGE}/{reference}", 303)

    return router


def _form(body: bytes) -> dict[str, str]:
    try:
        given = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError as error:
        raise InvalidParameter("body", "Le formulaire envoyé est illisible.") from error
    return {name: values[0] for name, values in given.items()}
