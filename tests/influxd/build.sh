#!/bin/sh
# Builds the InfluxDB server for the history tests into the cache, once (about four minutes on two cores).
# Needs Go and Rust; without them it says so and the tests skip. HEAT_CENTER_CACHE names another cache.
set -eu
cd "$(dirname "$0")"

VERSION=$(sed -n 's|^require github.com/influxdata/influxdb/v2 ||p' go.mod)
CACHE=${HEAT_CENTER_CACHE:-$HOME/.cache/heat-center}
TARGET=$CACHE/influxd-$VERSION

if [ -x "$TARGET" ]; then
  echo "influxd $VERSION is there: $TARGET"
  exit 0
fi
for tool in go cargo; do
  if ! command -v "$tool" >/dev/null; then
    echo "SKIPPED: influxd $VERSION was not built, because $tool is missing. The InfluxDB tests will skip." >&2
    exit 0
  fi
done

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$CACHE"
# InfluxDB finds its Rust library through its own pkg-config.
GOBIN=$WORK go install github.com/influxdata/pkg-config@v0.3.0
# Without a toolchain named, the module asks for a Rust that may not be installed.
PKG_CONFIG=$WORK/pkg-config RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-stable} \
  go build -o "$WORK/influxd" github.com/influxdata/influxdb/v2/cmd/influxd
mv "$WORK/influxd" "$TARGET"
echo "influxd $VERSION was built: $TARGET"
