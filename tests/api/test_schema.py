"""Random requests made from the description itself: no failure of ours, and answers that are as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.services import Services

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    ("GET", "/api/v1/offers"),
    ("POST", "/api/v1/offers/search"),
    ("GET", "/api/v1/offers/{offer_id}"),
    ("GET", "/api/v1/offers/{offer_id}/rank"),
    ("GET", "/api/v1/suggest"),
    ("GET", "/api/v1/places"),
    ("GET", "/api/v1/ranking"),
    ("POST", "/api/v1/financing/simulate"),
    ("POST", "/api/v1/enrollments"),
    ("GET", "/api/v1/enrollments"),
    ("GET", "/api/v1/enrollments/{file_id}"),
    ("GET", "/api/v1/enrollments/{file_id}/history"),
    ("GET", "/api/v1/enrollments/{file_id}/documents"),
    ("POST", "/api/v1/enrollments/{file_id}/events/{event}"),
    ("GET", "/api/v1/enrollments/{file_id}/documents/{kind}"),
    ("GET", "/api/v1/enrollments/{file_id}/movements"),
    ("GET", "/api/v1/enrollments/{file_id}/payments"),
    ("POST", "/api/v1/enrollments/{file_id}/payments"),
    ("GET", "/api/v1/enrollments/{file_id}/payments/{payment_id}"),
    ("POST", "/api/v1/payments/{provider_name}/webhook"),
    ("GET", "/api/v1/accounts/{account}"),
    ("POST", "/api/v1/accounts/feeding"),
    ("GET", "/api/v1/statements"),
    ("GET", "/api/v1/organisations/{siret}/bank-accounts"),
    ("POST", "/api/v1/organisations/{siret}/bank-accounts"),
    ("DELETE", "/api/v1/organisations/{siret}/bank-accounts/pending"),
    ("GET", "/api/v1/organisations/{siret}/standing"),
    ("PUT", "/api/v1/transfers/runs/{key}"),
    ("GET", "/api/v1/transfers/runs"),
    ("GET", "/api/v1/transfers/runs/{run_id}"),
    ("GET", "/api/v1/transfers/runs/{run_id}/document"),
    ("POST", "/api/v1/transfers/rejects"),
    ("GET", "/api/v1/transfers/standings"),
    ("GET", "/api/v1/transfers/incidents"),
    ("POST", "/api/v1/transfers/incidents/{incident_id}/close"),
    ("GET", "/api/v1/funders/due"),
    ("POST", "/api/v1/funders/{funder}/repayments"),
    ("GET", "/api/v1/recoveries"),
    ("POST", "/api/v1/enrollments/{file_id}/recovery"),
    ("POST", "/api/v1/organisations/{siret}/catalogue"),
    ("GET", "/api/v1/catalogue.schema.json"),
    ("GET", "/api/v1/submissions/{submission_id}"),
    ("GET", "/api/v1/submissions/{submission_id}/findings"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
]


@pytest.fixture(scope="module")
def described(services: Services) -> Any:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(services))


def test_every_operation_of_the_description_is_tried(described: Any) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in described.get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_asked_is_answered_as_described(described: Any, method: str, path: str) -> None:
    @given(case=described[path][method].as_strategy())
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
