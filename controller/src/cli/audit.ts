/** Commands about the audit log: verified from its files, with or without a running center; read through the center. */
import { join } from 'node:path';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { z } from 'zod';
import { readAnchor } from '../audit/anchor.ts';
import type { Head } from '../audit/record.ts';
import { verifyAudit } from '../audit/verify.ts';
import { connect, dataDirOf, type Variables } from './client.ts';
import { table, type Output } from './output.ts';

/** Findings beyond these are only counted. */
const SHOWN = 20;

function anchorOf(text: string): Head {
  const [, n, digest] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (n === undefined || digest === undefined) {
    throw new HeatError(
      'invalid_request',
      'An anchor is a record’s number, a colon, and its SHA-256 in hex.',
    );
  }
  return { n: Number(n), digest };
}

/** Throws `audit_damaged` when a record is not as it was written, or is missing. */
export async function verifyLog(
  env: Variables,
  { print, complain }: Output,
  anchors: readonly string[],
): Promise<void> {
  const dir = dataDirOf(env);
  // First the anchor: a running center may only be ahead of it.
  const kept = readAnchor(join(dir, 'registry.sqlite'));
  const verdict = await verifyAudit(join(dir, 'audit'), [...(kept ? [kept] : []), ...anchors.map(anchorOf)]);
  const { records, head, findings } = verdict;
  print(`records  ${records}`);
  print(`end      ${head.n}:${head.digest}`);
  print(`anchor   ${kept ? `${kept.n}:${kept.digest}` : 'none in the registry'}`);
  for (const { where, what } of findings.slice(0, SHOWN)) complain(`${where}: ${what}`);
  if (findings.length > SHOWN) complain(`and ${findings.length - SHOWN} more`);
  if (findings.length > 0) {
    throw new HeatError('audit_damaged', `The audit log in ${join(dir, 'audit')} is not what was written.`);
  }
  print('whole: every record is as it was written, and none is missing');
}

const filters = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  by: z.string().optional(),
  action: z.string().optional(),
  station: z.string().optional(),
  limit: z.string().optional(),
});

export async function listLog(env: Variables, { print }: Output, options: unknown): Promise<void> {
  const client = await connect(env);
  const query = filters.parse(options);
  const { entries } = SCHEMAS.listAudit.response[200].parse(await client.call('listAudit', { query }));
  const rows = entries.map(({ n, at, by, action, subject, after }) => [
    String(n),
    new Date(at).toISOString(),
    by,
    action,
    subject,
    (after ?? '').slice(0, 80),
  ]);
  for (const line of table([['n', 'time', 'by', 'action', 'subject', 'after'], ...rows])) print(line);
}
