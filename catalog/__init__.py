"""What an offer is: codes, records, tables, store and change marks.

In: ``records`` made by ``ingest``. Out: rows read by ``indexer``, ``api`` and later ``enrollment``. SQL of the
catalogue stands in ``store`` and nowhere else; functions of ``store`` never commit, the caller's unit of work does.
"""
