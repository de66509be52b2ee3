"""The default engine: immutable segments of memory-mapped NumPy columns, one writer, any number of reading processes."""
