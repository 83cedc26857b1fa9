#!/usr/bin/env bash
# Applies an overlay, waits until every program runs the new version, and runs a check. When one of these fails, every program
# goes back to the version that ran before, and the exit code is 1.
#
#   infra/k8s/roll-out.sh staging npm run journeys -- https://staging.tickets.example
#
# It needs rights in the namespace of the overlay only (setup/deployer). The stores are not rolled back: what they wrote stays.
set -euo pipefail

overlay=$1
check=("${@:2}")
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/overlays/$overlay
namespace=$(sed -n 's/^namespace: *//p' "$folder/kustomization.yaml")
programs=(auth tickets orders payments expiration client)

wait_for_programs() {
  local program
  for program in "${programs[@]}"; do
    kubectl --namespace "$namespace" rollout status "deployment/$program-depl" --timeout=10m || return 1
  done
}

# One line for each Deployment: its name and the revision that runs.
running=$(kubectl --namespace "$namespace" get deployments \
  -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}')

roll_back() {
  echo "The roll-out failed: going back to the version before."
  if [ -z "$running" ]; then
    echo "There was none."
    return
  fi
  # A revision that still runs is left as it is.
  local name revision
  while read -r name revision; do
    kubectl --namespace "$namespace" rollout undo "deployment/$name" --to-revision="$revision" || true # on to the next one
  done <<<"$running"
  wait_for_programs
}

if kubectl apply -k "$folder" && wait_for_programs && "${check[@]}"; then
  echo "Rolled out $overlay."
else
  roll_back
  exit 1
fi
