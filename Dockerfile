# syntax=docker/dockerfile:1
# Two stages: the first installs the lock file, the second holds Python, the bot and nothing else.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.8
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=0
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --locked --no-dev --no-install-project --extra postgres
COPY incidentbot ./incidentbot
COPY runbooks ./runbooks
RUN uv sync --locked --no-dev --no-editable --extra postgres

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin incidentbot \
 && mkdir /data && chown incidentbot /data
COPY --from=build --chown=root:root /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    INCIDENTBOT_DATA_DIR=/data INCIDENTBOT_HOST=0.0.0.0 INCIDENTBOT_PORT=8080
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=2)"]
ENTRYPOINT ["incidentbot"]
CMD ["serve"]
