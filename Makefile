# Two words to remember each: make run, make test. Needs Python 3.11 or newer and nothing else; PYTHON=… names another.
PYTHON ?= python3
DO = $(PYTHON) cinema/core/embedded/bootstrap.py
SCALE ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test check lint types shell demo bench archives bench-scheduling growth pages fuzz screenshots audit

help: ## this list
	@sed -n 's/^\([a-z-]*\): ## /  make \1	/p' Makefile

run: ## the whole cinema on http://localhost:8000 (PORT=… for another port)
	@$(DO) serve

test: ## every test, on servers of its own
	@$(DO) test $(ARGS)

check: ## format, lint, types, layers, migrations, deployment settings
	@$(DO) check

lint: ## put the code into its format and mend what can be mended
	@$(DO) exec --none -- sh -c 'ruff format . ; ruff check --fix .'

types: ## only the types
	@$(DO) exec --none -- mypy .

shell: ## Django's shell, on the running servers or on its own
	@$(DO) exec -- python manage.py shell

demo: ## load demo data into the embedded database, SCALE=… times as much
	@$(DO) exec -- python manage.py demo_data --scale $(SCALE)

bench: ## rates and latencies of the busiest paths, on servers of its own
	@$(DO) exec --fresh -- python -m bench

bench-scheduling: ## both scheduling engines on the published instances: values, times, bounds, gaps, breaches (ARGS="4x6 8x10")
	@$(DO) exec --none -- python -m bench.scheduling $(ARGS)

archives: ## backup and restore against bare pg_dump and pg_restore, bookings beside them (ARGS="--bookings 20000")
	@$(DO) exec --fresh -- python -m bench.archives $(ARGS)

growth: ## lists, details and filters of 100,000 movies and shows against 100, on servers of its own
	@$(DO) exec --fresh -- python -m bench.growth

pages: ## the time of every page on SCALE=100 times the demo data, on servers of its own
	@$(DO) exec --fresh -- python -m bench.pages --scale $(if $(filter 1,$(SCALE)),100,$(SCALE))

fuzz: ## 5,000 made-up calls as an admin, a customer and nobody, on servers of their own (ARGS="admin --seconds 60")
	@$(DO) exec --fresh -- python -m tests.fuzz $(ARGS)

audit: ## known holes of the pinned packages, asked of PyPI's advisory database
	@$(DO) exec --none -- pip-audit --requirement requirements.txt --requirement requirements-optimiser.txt

screenshots: ## a picture of every page in every state, in screenshots/, from a site of its own (ARGS="seats guests", ARGS=office)
	@$(DO) exec --fresh -- python -m tests.journeys.screenshots $(ARGS)
	@$(if $(ARGS),:,$(DO) exec --fresh -- python -m tests.journeys.screenshots office)
