# The web client. The build context is the root of the repository; see docs/deploying.md.
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS packages
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
RUN npm ci --ignore-scripts --workspace=client --include-workspace-root

FROM packages AS build
COPY tsconfig.json ./
COPY client/next.config.ts client/postcss.config.mjs client/tsconfig.json client/
COPY client/messages client/messages
COPY client/public client/public
COPY client/src client/src
COPY common/src/timeline common/src/timeline
WORKDIR /app/client
RUN node ../node_modules/next/dist/bin/next build

# For `skaffold dev`: Skaffold copies edited sources into the container, and Next compiles them on request.
FROM packages AS dev
COPY --chown=65532:65532 tsconfig.json ./
COPY --chown=65532:65532 client/next.config.ts client/postcss.config.mjs client/tsconfig.json client/
COPY --chown=65532:65532 client/messages client/messages
COPY --chown=65532:65532 client/public client/public
COPY --chown=65532:65532 client/src client/src
COPY --chown=65532:65532 common/src/timeline common/src/timeline
RUN chown 65532:65532 client
USER 65532:65532
WORKDIR /app/client
ENTRYPOINT ["node"]
CMD ["/app/node_modules/next/dist/bin/next", "dev", "-H", "0.0.0.0", "-p", "3000"]

# The standalone server contains only the modules that it loads. The entry point of the image is Node.
FROM ${RUNTIME_IMAGE} AS runtime
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/client/.next/standalone ./
COPY --from=build /app/client/.next/static client/.next/static
COPY --from=build /app/client/public client/public
USER 65532:65532
WORKDIR /app/client
CMD ["server.js"]
