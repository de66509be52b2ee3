"""Settings, wiring and the command line: the only room that knows them all.

``wiring`` makes the parts from the settings; each command is a thin shell around a room's door. Errors a user may meet
are one French line; ``--json`` gives the same facts to programs.
"""
