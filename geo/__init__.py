"""Where things are: gazetteer of French places, geocoding, distance, areas.

In: what a person typed, or the address of an offer. Out: points with their precision, distances in km, département and
region codes. Reads a built-in file, or the official one compiled by ``parcours reference load``; never the network, but
for the address base (BAN) through geopy where the operator allows it.
"""
