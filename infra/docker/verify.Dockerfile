# Buys a ticket in the cluster, in `skaffold verify` and in a Job after a rollout.
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${RUNTIME_IMAGE}
COPY infra/k8s/verify/buy-a-ticket.mjs /app/
USER 65532:65532
CMD ["/app/buy-a-ticket.mjs"]
