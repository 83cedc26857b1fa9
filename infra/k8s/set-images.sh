#!/usr/bin/env bash
# Writes the digests of the images into an overlay, after verifying that this repository's deploy workflow signed each one on main.
#
#   GITHUB_REPOSITORY=owner/name infra/k8s/set-images.sh staging digests/
#
# The folder has a file for each image, such as `tickets`, with its name and digest: owner/ticketing-tickets@sha256:…
set -euo pipefail

overlay=$1
digests=$(cd "$2" && pwd)
signer=https://github.com/$GITHUB_REPOSITORY/.github/workflows/deploy.yml@refs/heads/main

cd "$(dirname "${BASH_SOURCE[0]}")/overlays/$overlay"
for file in "$digests"/*; do
  image=$(<"$file")
  if [[ $image != *@sha256:* ]]; then
    echo "$file names no digest: $image" >&2
    exit 1
  fi
  cosign verify --certificate-identity "$signer" --certificate-oidc-issuer https://token.actions.githubusercontent.com "$image" >/dev/null
  kustomize edit set image "ticketing/$(basename "$file")=$image"
done
# An image without a digest would be whatever the cluster finds under that name.
if kustomize build . | grep -E 'image: ticketing/'; then
  echo "These images have no digest." >&2
  exit 1
fi
