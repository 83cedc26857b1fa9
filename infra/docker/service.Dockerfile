# A service or the emulator: --build-arg SERVICE=<folder>. The build context is the root of the repository; see
# docs/deploying.md.
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Only the files that determine the packages, so that an edit of the sources does not install them again.
FROM ${BUILD_IMAGE} AS manifests
ARG SERVICE
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY common/package.json common/
COPY infra/tracing/package.json infra/tracing/
COPY ${SERVICE}/package.json ${SERVICE}/

FROM manifests AS packages
ARG SERVICE
RUN npm ci --ignore-scripts --workspace=common --workspace=infra/tracing --workspace=${SERVICE} --include-workspace-root

FROM packages AS build
ARG SERVICE
COPY tsconfig.json ./
COPY common/src common/src
COPY ${SERVICE}/src ${SERVICE}/src
COPY infra/docker/bundle.mjs infra/docker/run-bundle.cjs infra/docker/
RUN node infra/docker/bundle.mjs . ${SERVICE}
# One file without packages: most installations never load it.
COPY infra/tracing/register.mjs infra/tracing/
RUN npm run bundle --workspace=infra/tracing

# For `skaffold dev`: Skaffold copies edited sources into the container, and tsx restarts the program.
FROM packages AS dev
ARG SERVICE
COPY --chown=65532:65532 tsconfig.json ./
COPY --chown=65532:65532 common/src common/src
COPY --chown=65532:65532 ${SERVICE}/src ${SERVICE}/src
RUN chown 65532:65532 common ${SERVICE}
USER 65532:65532
WORKDIR /app/${SERVICE}
ENTRYPOINT ["node"]
CMD ["/app/node_modules/tsx/dist/cli.mjs", "watch", "--clear-screen=false", "--conditions=source", "src/index.ts"]

# The bundles need no packages. The entry point of the image is Node.
FROM ${RUNTIME_IMAGE} AS runtime
ARG SERVICE
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/infra/tracing/register.cjs infra/tracing/
COPY --from=build /app/${SERVICE}/dist ${SERVICE}/dist
USER 65532:65532
WORKDIR /app/${SERVICE}
CMD ["--max-semi-space-size=8", "--enable-source-maps", "dist/index.js"]
