#!/usr/bin/env bash
# Makes the schemas and users when the MySQL image starts on an empty volume: its entrypoint runs what lies here. The
# passwords come from the container's environment into the template, which ./ordersaga fills in the same way.

make_schemas() (
  set -euo pipefail
  template=$(dirname "${BASH_SOURCE[0]}")/schemas.sql.template
  sql=$(<"$template")
  for name in $(grep -o '\${[A-Z_]*}' "$template" | tr -d '${}' | sort -u); do
    value=${!name-}
    # Such a value needs no quoting in SQL, and shells and URLs take it as it is.
    if ! [[ $value =~ ^[A-Za-z0-9._~-]+$ ]]; then
      echo "$name must be set, and only to letters, digits and . _ ~ -" >&2
      exit 1
    fi
    sql=${sql//"\${$name}"/"$value"}
  done
  MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --user=root <<<"$sql"
)

# Sourced by the entrypoint where the file system has no executable bit: no `exit` here.
make_schemas
