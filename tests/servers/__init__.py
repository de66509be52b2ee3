"""Real servers for the tests: found at a given address, run by Docker, or brought with what this machine has.

``python -m tests.servers`` fetches what is missing and says what it found; ``python -m tests.servers run elasticsearch
postgresql stripe -- COMMAND`` starts them on ports of their own, runs the command with their addresses in its
environment and stops them with it. Standard library only. Tests reach them through the fixtures of the same names.
"""
