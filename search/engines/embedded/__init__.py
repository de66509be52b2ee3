"""The default engine: immutable segments of memory-mapped NumPy columns, one writer, many reading processes."""
