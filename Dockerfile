# Built in two stages: npm and the build's leavings stay in the first. `.ci/run image` runs the first stage's lines.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock .
RUN python3 -m venv .venv && .venv/bin/pip install -qq --no-cache-dir -r requirements.lock
COPY . .
RUN DEBUG=on SECRET_KEY=only-for-building .venv/bin/python manage.py assets
RUN SECRET_KEY=only-for-building ALLOWED_HOSTS=localhost .venv/bin/python manage.py collectstatic --noinput -v 0
RUN rm -rf node_modules media && mkdir media

FROM python:3.11-slim-bookworm
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /app /app
# the service may write uploads, and nothing else
RUN useradd --system --uid 10001 weekone && chown weekone media
USER weekone
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s CMD ["python", "deploy/ready.py"]
CMD ["gunicorn", "onboarding.wsgi", "--config", "deploy/gunicorn.conf.py"]
