/** The audit log of a running center: opened, told of, and anchored in the registry and in the process's own log. */
import { z } from 'zod';
import type { AuditTrail } from './port.ts';
import type { Registry } from '../ports.ts';
import type { Logger } from '../log.ts';
import { openAuditLog } from './log.ts';
import type { Head } from './record.ts';
import { HEAD_SETTING, openTrail } from './trail.ts';

const head = z.object({ n: z.int().min(1), digest: z.string().regex(/^[0-9a-f]{64}$/) });

/** The end of the log as a text that the registry or a person kept; undefined where it is none. */
export function parseAnchor(text: string | undefined): Head | undefined {
  if (text === undefined) return undefined;
  try {
    return head.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export interface CenterAuditOptions {
  readonly dir: string;
  readonly registry: Registry;
  readonly now: () => number;
  readonly log: Logger;
}

/** Opens the log and says what its start found wrong; a center without a usable log still starts. */
export async function openCenterAudit({ dir, registry, now, log }: CenterAuditOptions): Promise<AuditTrail> {
  const file = await openAuditLog({ dir, anchor: parseAnchor(registry.setting(HEAD_SETTING)) });
  for (const { action, detail } of file.found) log.error({ action, detail }, 'the audit log is not whole');
  return openTrail({
    dir,
    log: file,
    source: registry,
    now,
    onAnchor: ({ n, digest }) => log.info({ n, digest }, 'audit log anchored'),
    onUnanchored: (error) =>
      log.warn(
        { err: error },
        'the registry takes no anchor of the audit log: look at its disk; tried again',
      ),
  });
}
