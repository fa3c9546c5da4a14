/** What the center needs of the audit log. */

/** Who did what, when, to what. */
export interface AuditEntry {
  readonly at: number;
  readonly by: string;
  readonly action: string;
  /** The station, login, user or token that it is about; `center` for the center itself. */
  readonly subject: string;
  /** What was and what is, as JSON. */
  readonly before: string | null;
  readonly after: string | null;
}

/** An entry that waits in the registry until it is in the audit log. */
export interface AuditNote {
  readonly n: number;
  readonly entry: AuditEntry;
}

/** What is given must be equal; `from` is inclusive and `to` exclusive, ms UTC; `before` is a record's number. */
export interface AuditQuery {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. `next` is the `before` of the next page; absent at the oldest record. A page may be short of `limit`. */
export interface AuditPage {
  readonly entries: readonly (AuditEntry & { readonly n: number })[];
  readonly next?: number;
}

/** The append-only record of who did what. */
export interface AuditTrail {
  /** On disk when it resolves. Rejects with `not_ready` when it cannot be written. */
  record(entry: AuditEntry): Promise<void>;
  /** Records that something was refused; when there are very many, only their number. */
  refused(entry: AuditEntry): Promise<void>;
  /** Takes over what the registry noted; on disk when it resolves. */
  settle(): Promise<void>;
  list(query: AuditQuery): Promise<AuditPage>;
  /** Why it cannot be written now. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}
