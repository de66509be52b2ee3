"""Kills at random instants while files are acted on over HTTP: nothing lost, nothing doubled, no file stuck.

``python -m tests.faults.enrolling --kills 1000 --seed 1 [--postgresql]``. Learners, organisations, a funder and the
operator act with ``Idempotency-Key``s, cards are paid on the sandbox's page, runs pay and banks reject, while a worker
sweeps deadlines, sends notices and handles webhooks. At an instant drawn from the seed the service, the worker or both
are killed with SIGKILL and started again; who had no answer repeats his request with its key. After each kill
everything that was answered is looked for in the database; every few kills time goes on until every file has ended.
"""
