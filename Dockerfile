# syntax=docker/dockerfile:1

# The version the tests run on; glibc, because the wheels of the dependencies are built for it.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source

# Everything in the locks is fetched once and checked against its hashes. From here on nothing comes from the network
# but the packages of the tablet app, which npm checks against its own lock.
COPY requirements.lock app/tablet/node.lock ./
RUN pip download --require-hashes --only-binary=:all: --no-deps --requirement requirements.lock --dest /wheels \
 && pip install --require-hashes --only-binary=:all: --no-deps --requirement node.lock

COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
RUN pip install --no-index --find-links /wheels hatchling \
 && pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels .

# Only what the service itself needs, out of the checked files: the tools of the developers stay behind.
RUN python -m venv --without-pip /opt/givre \
 && pip --python /opt/givre/bin/python install --no-index --find-links /wheels --only-binary=:all: --compile givre


FROM python:${PYTHON}
LABEL org.opencontainers.image.title="Givre" \
      org.opencontainers.image.description="Open chain-of-custody service for cryogenic cell therapies" \
      org.opencontainers.image.licenses="Apache-2.0"

# The numbers are fixed, so that a volume keeps its owner when the image is built anew.
RUN groupadd --system --gid 10001 givre \
 && useradd --system --uid 10001 --gid givre --home-dir /var/lib/givre --shell /usr/sbin/nologin givre \
 && install --directory --owner=givre --group=givre --mode=0700 /var/lib/givre

COPY --from=build /opt/givre /opt/givre

ENV PATH=/opt/givre/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GIVRE_DATA_DIR=/var/lib/givre \
    GIVRE_HOST=0.0.0.0 \
    GIVRE_PORT=8000

USER 10001:10001
WORKDIR /var/lib/givre
VOLUME ["/var/lib/givre"]
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['GIVRE_PORT'] + '/healthz', timeout=2)"]

# SIGTERM lets the server finish the batch it has begun.
STOPSIGNAL SIGTERM
ENTRYPOINT ["givre"]
CMD ["serve"]
