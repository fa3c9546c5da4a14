/** Every code that the center gives for something wrong, with what to do about it. */

export interface ErrorEntry {
  /** HTTP status where the API answers with it; undefined for codes of MQTT, counters or the command line only. */
  readonly status?: number;
  readonly meaning: string;
  readonly remedy: string;
}

export const ERRORS = {
  // Telemetry: the message is refused whole.
  not_json: {
    meaning: 'The message is not JSON in UTF-8.',
    remedy: 'Send one JSON object for each message.',
  },
  wrong_version: { meaning: 'The field v is not 1.', remedy: 'Send "v": 1.' },
  bad_shape: {
    meaning: 'The message lacks a required field or a field has the wrong type.',
    remedy: 'Compare the message with the JSON Schema of its topic.',
  },
  too_many_samples: { meaning: 'A batch holds more than 500 samples.', remedy: 'Send smaller batches.' },
  message_too_large: {
    meaning: 'A message is larger than 64 KiB.',
    remedy: 'Send fewer samples in one message.',
  },
  packet_too_large: {
    meaning: 'A packet is larger than 256 KiB, or 4 KiB before login; the connection was ended.',
    remedy: 'Keep telemetry below 64 KiB a message.',
  },
  wrong_station: {
    meaning: 'The topic belongs to another station.',
    remedy: 'Publish under heat/v1/{your own id}/ or have the station granted to the gateway.',
  },
  unknown_station: {
    status: 404,
    meaning: 'No such station is registered.',
    remedy: 'Register the station first.',
  },
  // Telemetry: one sample or point is refused or set aside.
  no_time: {
    meaning: 'A sample has no usable time of measurement.',
    remedy: 'Send "at" in integer milliseconds since 1970 UTC.',
  },
  unpaired_seq: {
    meaning: 'boot and seq did not come together.',
    remedy: 'Send both, or neither if no receipt is wanted.',
  },
  seq_not_ascending: {
    meaning: 'seq does not ascend within a batch.',
    remedy: 'Sort the samples of a batch by seq.',
  },
  unknown_point: {
    meaning: 'A point is not in the catalogue; it was kept aside.',
    remedy: 'Check the spelling against docs/points.md.',
  },
  out_of_range: {
    status: 422,
    meaning: 'A value lies outside its range.',
    remedy: 'Choose a value within the limits that the answer names.',
  },
  not_a_number: {
    meaning: 'A value has the wrong type for its point.',
    remedy: 'Send a number, a word of the point, or null for a failed sensor.',
  },
  sensor_failed: { meaning: 'The station says that the sensor failed.', remedy: 'Check the sensor.' },
  doubted_by_station: {
    meaning: 'The station itself doubts the value.',
    remedy: 'Look at the station for the cause.',
  },
  time_conflict: {
    meaning: 'The same point and time came again with another value; the later stands.',
    remedy: 'Give each measurement its own time.',
  },
  late: {
    meaning: 'A sample came too late to be live and is not marked historical.',
    remedy: 'Check the clock and the link of the station.',
  },
  clock_ahead: {
    meaning: 'The time of measurement lies in the future.',
    remedy: 'Set the clock of the station (NTP).',
  },
  seq_gap: {
    meaning: 'Samples are missing between two sequence numbers.',
    remedy: 'The station sends again from its oldest sample, or says "oldest".',
  },
  // Commands and wishes.
  too_often: { status: 429, meaning: 'Too many wishes for one circuit.', remedy: 'Wait ten seconds.' },
  stale: { meaning: 'The command came after its validity had ended.', remedy: 'Check the link.' },
  replayed: { meaning: 'The command was issued before one already obeyed.', remedy: 'None is needed.' },
  wrong_epoch: {
    meaning: 'The station obeys a newer epoch than the center has.',
    remedy: 'Confirm that this center is the right one; it then continues above that epoch.',
  },
  not_selected: {
    status: 409,
    meaning: 'An operate came without its select.',
    remedy: 'Select first, then operate within 30 s.',
  },
  local_mode: {
    status: 409,
    meaning: 'The station works locally or by hand and takes no commands.',
    remedy: 'Have the station switched to remote.',
  },
  interlock: {
    status: 409,
    meaning: 'A protection of the station forbids it.',
    remedy: 'Look at the station first.',
  },
  not_accepted: {
    status: 422,
    meaning: 'The circuit does not take this kind of setpoint.',
    remedy: 'Use what the station said it accepts.',
  },
  observe_only: {
    status: 409,
    meaning: 'The station is only observed; nothing is sent to it.',
    remedy: 'Give each circuit its kind and limits, then set control to "on".',
  },
  limits_missing: {
    status: 422,
    meaning: 'Control "on" needs a kind and limits for each circuit.',
    remedy: 'Add kind, design and limits to each circuit.',
  },
  // HTTP.
  invalid_request: {
    status: 400,
    meaning: 'The request has the wrong shape.',
    remedy: 'See /api/openapi.json.',
  },
  not_authenticated: {
    status: 401,
    meaning: 'Nobody is signed in.',
    remedy: 'Sign in, open the link that `pnpm heat link` prints, or send a bearer token.',
  },
  wrong_credentials: {
    status: 401,
    meaning: 'The name or the password is wrong, or the account is disabled.',
    remedy: 'Check both; an administrator can set a new password.',
  },
  weak_password: {
    status: 422,
    meaning: 'The password is easy to guess.',
    remedy: 'Take at least twelve characters, best a sentence of several words; not the name.',
  },
  own_account: {
    status: 409,
    meaning: 'Nobody takes away their own rights or account.',
    remedy: 'Have another administrator do it.',
  },
  not_permitted: {
    status: 403,
    meaning: 'This is not allowed for whoever asked.',
    remedy: 'Ask an administrator for the right.',
  },
  wrong_origin: {
    status: 403,
    meaning: 'The request came from a page of another site or to another host name.',
    remedy: 'Open the dashboard by the address that the center printed.',
  },
  not_found: { status: 404, meaning: 'There is no such thing.', remedy: 'Check the id.' },
  already_exists: {
    status: 409,
    meaning: 'The id is taken.',
    remedy: 'Choose another id or change the existing one.',
  },
  too_many_attempts: {
    status: 429,
    meaning: 'Too many failed sign-ins for this account or from this address.',
    remedy: 'Wait as long as Retry-After says, then use the right password, token or a fresh link.',
  },
  busy: {
    status: 429,
    meaning: 'The center has more to do at once than it takes on.',
    remedy: 'Try again in a second.',
  },
  length_required: {
    status: 411,
    meaning: 'Who is not signed in says how long a body is before sending it.',
    remedy: 'Send the body in one piece with its Content-Length.',
  },
  too_large: { status: 413, meaning: 'The request is too large.', remedy: 'Ask for less at once.' },
  proposal_changed: {
    status: 409,
    meaning: 'The proposed curve is not the one that was looked at, or there is none any more.',
    remedy: 'Look at what is proposed now.',
  },
  settings_changed: {
    status: 412,
    meaning: 'Somebody else changed these settings meanwhile.',
    remedy: 'Look at what is there now, then send the change again.',
  },
  no_conflict: {
    status: 409,
    meaning: 'No station obeys a newer epoch than the center has.',
    remedy: 'Nothing is to be confirmed.',
  },
  not_ready: {
    status: 503,
    meaning: 'The center is starting or cannot write to its disk.',
    remedy:
      'Look at /health/ready or the log of the center for the cause, and make room where a disk is full; then try again.',
  },
  internal: {
    status: 500,
    meaning: 'The center made a mistake.',
    remedy: 'Report it with the request id from the log.',
  },
  // Command line and start.
  port_in_use: {
    meaning: 'The port that was asked for is taken.',
    remedy: 'Stop the other program or set the variable to another port; 0 takes any.',
  },
  data_dir_locked: {
    meaning: 'Another center uses this data folder.',
    remedy: 'Stop it with `pnpm heat stop` or choose another HEAT_CENTER_DATA_DIR.',
  },
  not_running: {
    meaning: 'No center runs on this data folder.',
    remedy: 'Start it with `pnpm start`, or set HEAT_CENTER_DATA_DIR to the folder of the one that runs.',
  },
  registry_damaged: {
    meaning: 'The registry file cannot be read; nothing was changed or deleted.',
    remedy: 'Stop the center, keep a copy of the file, and put back a backup of registry.sqlite.',
  },
  audit_damaged: {
    meaning: 'The audit log is not what was written.',
    remedy:
      'Keep a copy of the folder audit, find out who could change it, and compare with a backup; the center goes on.',
  },
  journal_damaged: {
    meaning: 'The journal cannot be read at one place; nothing was changed or deleted.',
    remedy:
      'Keep a copy of the data folder. Restore a backup into another folder, or move the named file away to go on without its records.',
  },
  history_damaged: {
    meaning: 'The history file cannot be opened; control goes on, and nothing was changed or deleted.',
    remedy:
      'Stop the center and keep a copy of the file. Put back history.duckdb of a backup, or move it away to begin a new one: what the journal holds comes back by itself.',
  },
  data_newer: {
    meaning: 'The data was written by a newer heat center; nothing was changed or deleted.',
    remedy: 'Start the newer version, or restore the backup from before the upgrade into another folder.',
  },
  backup_damaged: {
    meaning: 'The backup is not whole, or not what was written.',
    remedy: 'Take another backup; the running center is not touched by this.',
  },
  restore_unfinished: {
    meaning: 'A restore into this data folder was cut off.',
    remedy:
      'Restore again with --move-aside. What the folder restoring-… holds is a copy of the backup; it may be moved away.',
  },
  folder_not_empty: {
    meaning: 'The folder holds the data of a center already; nothing was changed.',
    remedy: 'Restore into another folder with --to, or give --move-aside to keep what is there beside it.',
  },
  bad_environment: { meaning: 'An environment variable is not usable.', remedy: 'See docs/environment.md.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** What a station may say when it refuses a command. */
export const REFUSALS = [
  'out_of_range',
  'too_often',
  'stale',
  'replayed',
  'wrong_epoch',
  'not_selected',
  'local_mode',
  'interlock',
  'not_accepted',
] as const satisfies readonly ErrorCode[];
export type Refusal = (typeof REFUSALS)[number];

/** An error that carries a code of the list; its message says what happened, the code's remedy what to do. */
export class HeatError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'HeatError';
    this.code = code;
    this.detail = detail;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}
