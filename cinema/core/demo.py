"""The four log-ins that demo data makes. Everybody knows their password, so production refuses to serve while it works."""

PASSWORD = "marquee-demo"  # noqa: S105  # printed by `make run`; accounts.checks keeps it out of production
LOG_INS = ("customer@example.com", "clerk@example.com", "manager@example.com", "admin@example.com")
