"""A file or a request from an organisation -> catalogue rows and a report of findings.

``readers`` turn bytes into ``Draft`` trees (any format, flat memory), ``normalise`` turns a draft into a
``catalog.records.TrainingRecord`` and findings, ``check`` holds the rules across drafts and files, ``run`` is the
shell: it keeps what was received, stores in steps and can resume. ``run.import_file`` is the door.
"""
