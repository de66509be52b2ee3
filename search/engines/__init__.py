"""One contract (``contract``), two engines: ``embedded`` (default), ``elasticsearch``. They never import each other."""
