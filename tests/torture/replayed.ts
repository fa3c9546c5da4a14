/** The journal decided again from its inputs alone: does it give the commands that were sent? */
import { createJournalReader } from '@heat-center/controller/adapters/journal/reader.ts';
import { inputOf } from '@heat-center/controller/center/records.ts';
import { applyRunning, createRunningState } from '@heat-center/controller/center/state.ts';

const READ_BYTES = 1024 * 1024;

export interface Replayed {
  /** Commands that the journal gives, as JSON. */
  readonly commands: ReadonlySet<string>;
  /** Effects in the journal that its inputs do not give again, in this order. */
  readonly unexplained: number;
}

/** A kill may take effects that were not flushed, so those in the journal are a part of those given again. */
export async function replayJournal(dir: string): Promise<Replayed> {
  const reader = createJournalReader({ dir });
  const decoder = new TextDecoder();
  const state = createRunningState();
  const commands = new Set<string>();
  /** Given again, and not yet seen in the journal. */
  let expected: string[] = [];
  let unexplained = 0;
  for (let position = 0; ;) {
    const records = await reader.read(position, READ_BYTES);
    if (records.length === 0) break;
    for (const record of records) {
      position = record.end;
      if (record.kind === 'effect') {
        const index = expected.indexOf(decoder.decode(record.body));
        if (index < 0) unexplained += 1;
        expected = expected.slice(index + 1);
        continue;
      }
      const input = inputOf(record);
      if (!input) continue;
      // With a start everything that was under way at the kill is over.
      if (input.kind === 'start') expected = [];
      for (const effect of applyRunning(state, input).effects) {
        if (effect.kind === 'heartbeat') continue;
        expected.push(JSON.stringify(effect));
        if (effect.kind === 'send') commands.add(JSON.stringify(effect.command));
      }
    }
  }
  await reader.close();
  return { commands, unexplained };
}
