# The controller and the simulated robots in one image: `nightshift …` and `nightshift-sim …`.
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md ./
COPY controller ./controller
COPY simulator ./simulator
RUN python -m venv /opt/nightshift && /opt/nightshift/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/nightshift nightshift
COPY --from=build /opt/nightshift /opt/nightshift
ENV PATH=/opt/nightshift/bin:$PATH PYTHONUNBUFFERED=1
USER nightshift
WORKDIR /var/lib/nightshift
CMD ["nightshift", "controller"]
