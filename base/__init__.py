"""Errors, clock, ids, unit of work, jobs and outbox. Knows no other room; every room may call it."""
