//go:build tools

// Package influxd pins the InfluxDB server that the history tests run against.
package influxd

import _ "github.com/influxdata/influxdb/v2/cmd/influxd"
