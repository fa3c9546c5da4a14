/** Questions to the audit log. Times are ms since 1970 UTC, or ISO 8601 in questions. */
import { z } from 'zod';
import { instant } from './common.ts';
import { moment } from './history.ts';

const page = {
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('only records before this number: the next page'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
};
const word = z.string().min(1).max(200);

/** Query of `GET /api/v1/stations/{id}/audit`. */
export const stationAuditQuery = z.object(page);

/** Query of `GET /api/v1/audit`; what is given must be equal. */
export const auditQuery = z.object({
  from: moment.optional().describe('at this time or later'),
  to: moment.optional().describe('before this time'),
  by: word.optional().describe('who did it'),
  action: word.optional().describe('what was done'),
  station: word.optional().describe('the station that it is about'),
  subject: word.optional().describe('what it is about: a station, login, user or token'),
  ...page,
});

export const auditEntry = z.object({
  n: z.int().min(1).describe('number of the record, without gaps'),
  at: instant,
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.string().nullable().describe('what was, as JSON'),
  after: z.string().nullable().describe('what is, or what was asked, as JSON'),
});
export type AuditEntryView = z.infer<typeof auditEntry>;

/** Newest first; `next` is the `before` of the next page, absent when there is nothing older. */
export const auditList = z.object({ entries: z.array(auditEntry), next: z.int().optional() });
