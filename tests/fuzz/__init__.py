"""Schemathesis against the site as it is shipped, signed in as an admin, as a customer and not at all."""
