"""Stories that Hypothesis tells are told alike, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def run_stories(machine: Callable[[], RuleBasedStateMachine], stories: int, steps: int, *, same: bool) -> None:
    """``same``: those of every run, else others each time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=same,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
