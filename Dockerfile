# dxgraph serve in a container: the graph is built with the image, nothing is fetched when it runs.
#   docker build -t dxgraph . && docker run --read-only --tmpfs /tmp -p 127.0.0.1:8080:8080 dxgraph
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels '.[web,xlsx]'

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /var/lib/dxgraph dxgraph
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels 'dxgraph[web,xlsx]' && rm -r /wheels
USER dxgraph
ENV XDG_CACHE_HOME=/var/lib/dxgraph/cache PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/dxgraph
RUN dxgraph build
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health', timeout=2)"]
CMD ["dxgraph", "serve", "--host", "0.0.0.0"]
