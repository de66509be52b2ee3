"""One contract (``contract``), two engines: ``embedded`` (default) and ``elasticsearch``. They never import each other."""
