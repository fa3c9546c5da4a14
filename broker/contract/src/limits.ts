/** Limits of size and time that both ends of the wire keep. */

/** Most samples in one telemetry message. */
export const MAX_SAMPLES = 500;
/** Largest telemetry message in bytes that is taken. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** A longer packet than this (bytes) ends the connection. */
export const MAX_PACKET_BYTES = 256 * 1024;
/** Longest packet (bytes) before a client is known: a CONNECT with its will fits. */
export const MAX_CONNECT_BYTES = 4 * 1024;
/** A sample is live when it arrives within this and its point's reporting period (ms). */
export const LIVE_WITHIN_MS = 30_000;
/** The center speaks once in this period (s). */
export const HEARTBEAT_EVERY_S = 5;
/** After this many silent heartbeat periods a station works alone; after as many heard it listens again. */
export const HEARTBEATS_MISSED = 3;
/** An operate must follow its select within this time (ms). */
export const OPERATE_WITHIN_MS = 30_000;
/** A point is stale after this many of its reporting periods. */
export const STALE_AFTER_PERIODS = 3;
/** Receipts leave at least this often (ms) or after `MAX_SAMPLES` samples. */
export const RECEIPT_EVERY_MS = 1000;
/** Times before 2000-01-01 and from 2106-02-07 on are no times of measurement (ms UTC). */
export const EARLIEST_AT = 946_684_800_000;
export const LATEST_AT = 4_294_967_296_000;
