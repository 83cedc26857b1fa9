# Buys a ticket in the cluster: `skaffold verify`, and a Job after a roll-out.
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${RUNTIME_IMAGE}
COPY infra/k8s/verify/buy-a-ticket.mjs /app/
USER 65532:65532
CMD ["/app/buy-a-ticket.mjs"]
