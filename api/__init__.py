"""HTTP: routes, identity, limits, errors. No rule of the business lives here."""
