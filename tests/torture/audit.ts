/** SIGKILL while people change things: what was answered stands in the audit log once, and the chain is whole. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntryView } from '@heat-center/api/audit.ts';
import { verifyAudit } from '@heat-center/controller/audit/verify.ts';
import { between, randomFrom, type Random } from '@heat-center/simulators/plant/random.ts';
import { heat } from '../support/cli.ts';
import { controlled, newDataDir, removeDataDir, startCenter, type CenterProcess } from '../support/center.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const PEOPLE = 6;
const STATIONS = 6;
const FULL_KILLS = 60;
const QUICK_KILLS = 2;

/** What was asked and answered with success, by a word that stands in its record and in no other. */
interface Asked {
  readonly answered: Set<string>;
  count: number;
}

/** Asks for one change after the other until the center is gone. */
async function person(center: CenterProcess, asked: Asked, random: Random): Promise<void> {
  for (;;) {
    asked.count += 1;
    const word = `mark-${asked.count}-end`;
    const station = `/api/v1/stations/audited-${asked.count % STATIONS}`;
    const [method, path, body] =
      between(random, 0, 3) < 1
        ? (['POST', '/api/v1/logins', { id: word, kind: 'reader' }] as const)
        : between(random, 0, 2) < 1
          ? (['PATCH', station, { name: { en: word } }] as const)
          : (['POST', `${station}/commands`, wish(word)] as const);
    try {
      const { status } = await center.ask(method, path, body);
      if (status < 300) asked.answered.add(word);
    } catch {
      return;
    }
  }
}

const wish = (reason: string): object => ({
  kind: 'setpoints',
  circuit: 'low',
  supply_c: 58,
  hold_s: 3600,
  reason,
});

async function allEntries(center: CenterProcess): Promise<AuditEntryView[]> {
  const entries: AuditEntryView[] = [];
  for (let before = ''; ;) {
    const page = await center.call<{ entries: AuditEntryView[]; next?: number }>(
      'GET',
      `/api/v1/audit?limit=1000${before}`,
    );
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    before = `&before=${page.next}`;
  }
}

/** The words of records, and how often each; a record of a change also holds what was before, which is not counted. */
function wordsOf(entries: readonly AuditEntryView[]): Map<string, number> {
  const words = new Map<string, number>();
  for (const { subject, after } of entries) {
    for (const word of new Set(`${subject} ${after}`.match(/mark-\d+-end/g))) {
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return words;
}

async function round(dir: string, asked: Asked, random: Random): Promise<boolean> {
  const center = await startCenter({ dir, env: { HEAT_CENTER_LOG_LEVEL: 'warn' } });
  const people = Array.from({ length: PEOPLE }, () => person(center, asked, random));
  await sleep(between(random, 200, 1500));
  await center.kill();
  await Promise.all(people);
  // Nothing but an unfinished line at the end may be wrong before the next start.
  const { findings } = await verifyAudit(join(dir, 'audit'));
  return findings.every(({ what }) => what.includes('bytes that are no record'));
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const random = randomFrom(`audit ${seed}`);
  const dir = await newDataDir();
  const asked: Asked = { answered: new Set(), count: 0 };
  const kills = quick ? QUICK_KILLS : FULL_KILLS;
  try {
    const first = await startCenter({ dir });
    for (let n = 0; n < STATIONS; n += 1) {
      await first.call('POST', '/api/v1/stations', controlled(`audited-${n}`));
    }
    await first.kill();
    let broken = 0;
    for (let n = 1; n <= kills; n += 1) {
      if (!(await round(dir, asked, random))) broken += 1;
      if (n % 10 === 0) say(`${n} kills, ${asked.answered.size} changes answered`);
    }
    const last = await startCenter({ dir });
    const words = wordsOf(await allEntries(last));
    await last.stop();
    const missing = [...asked.answered].filter((word) => !words.has(word)).length;
    const doubled = [...words.values()].filter((count) => count > 1).length;
    const verdict = await heat(dir, ['audit', 'verify']);
    const records = /records +(\d+)/.exec(verdict.out)?.[1] ?? '0';
    const kept =
      missing === 0 && doubled === 0 && broken === 0 && verdict.code === 0 && asked.answered.size > kills * 5;
    return {
      state: kept ? 'kept' : 'broken',
      figures:
        `${kills} kills; ${asked.answered.size} changes answered, ${records} records: ${missing} missing, ` +
        `${doubled} doubled; chain ${verdict.code === 0 ? 'whole' : `not whole: ${verdict.err}`}, broken after ${broken} kills`,
    };
  } finally {
    // A center that did not come up may still write there; why it did not is what matters.
    await removeDataDir(dir).catch(() => undefined);
  }
}

export const auditSurvives: Scenario = {
  name: 'audit',
  promise:
    'an answered change stands in the audit log once, whenever the center is killed, and the chain is whole',
  run,
};
