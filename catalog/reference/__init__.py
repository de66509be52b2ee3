"""Official files -> certifications, vocabulary labels and organisations (``parcours reference load DIR``).

In: a folder with the files as they are published, plain or gzipped, under any name: a file is known by its columns.
Out: rows written by ``catalog.store.reference`` and the trainings that depend on them marked. A file with a missing
column, an unreadable value or a contradiction is refused, with file, line and column; the vocabulary in use stays.
Communes are read by ``geo``.
"""
