#!/usr/bin/env bash
# Lints the contracts and looks for changes that break their users, compared with the last commit on main (on main
# itself: with the commit before). Needs npm, which brings buf; says so and does nothing without it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v npm >/dev/null 2>&1; then
  echo "npm was not found: the contracts were not checked (install Node.js 20 or newer to check them)"
  exit 0
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  # Not `npm ci`: it wants buf's packages for every other system in the lock file too, which not every registry serves.
  # buf's install script only prepares a shortcut; its program comes as a package of its own.
  npm install --silent --no-save --ignore-scripts
fi

rm -rf third_party
../mvnw -q -B -ntp -f ../pom.xml -pl proto/shop dependency:unpack-dependencies \
  -DincludeArtifactIds=proto-google-common-protos,protovalidate \
  "-Dmdep.unpack.includes=google/**/*.proto,buf/validate/*.proto" "-DoutputDirectory=$PWD/third_party" \
  "-DmarkersDirectory=$PWD/third_party/.unpacked"

node_modules/.bin/buf lint
for contracts in saga/src/main/protobuf shop/src/main/protobuf admin/src/main/protobuf; do
  node_modules/.bin/buf format --diff --exit-code "$contracts"
done
echo "contracts: lint and format are clean"

base=$(git rev-parse --verify --quiet main || git rev-parse --verify --quiet origin/main || true)
if [ -n "$base" ] && [ "$base" = "$(git rev-parse HEAD)" ] && git diff --quiet HEAD -- .; then
  base=$(git rev-parse --verify --quiet HEAD^ || true)
fi
if [ -z "$base" ] || ! git cat-file -e "$base:./saga/src" 2>/dev/null; then
  echo "contracts: no earlier version to compare with"
  exit 0
fi
# A copy of that version, because its imports are not in git either.
earlier=$(mktemp -d)
trap 'rm -rf "$earlier"' EXIT
git archive "$base" . | tar -x -C "$earlier"
cp -r buf.yaml third_party "$earlier"
node_modules/.bin/buf breaking --against "$earlier"
echo "contracts: nothing that breaks users of $(git rev-parse --short "$base")"
