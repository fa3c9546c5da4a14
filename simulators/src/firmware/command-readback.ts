/** "Applied" is what the loops and drives were read to hold, never what was merely asked. */
import type { Report } from '@heat-center/contract/messages.ts';
import { PRIMARY, type Awaited, type CommandState, type Readback, type Values } from './rules.ts';
import type { Turn } from './turn.ts';

/** Resolution of the registers by setpoint: what is read back may differ by half of it. */
const RESOLUTION: Readonly<Record<string, number>> = {
  supply_c: 0.1,
  flow_m3_h: 0.1,
  dp_kpa: 1,
  flow_max_m3_h: 0.1,
  power_max_kw: 1,
  return_max_c: 0.1,
};

/** The values read back if each equals what was asked within half its resolution. */
function matching(asked: Values, read: Values | undefined): Values | undefined {
  const found: Record<string, number> = {};
  for (const [name, value] of Object.entries(asked)) {
    const held = read?.[name];
    if (held === undefined || Math.abs(held - value) > (RESOLUTION[name] ?? 0.1) / 2 + 1e-9) return undefined;
    found[name] = held;
  }
  return found;
}

type Proof = NonNullable<Report['readback']>;

function setpointsProof(state: CommandState, id: string, readback: Readback): Proof | undefined {
  const circuits: Record<string, Values> = {};
  let primary: Values | undefined;
  for (const lease of state.leases) {
    if (lease.command.id !== id) continue;
    const read = lease.part === PRIMARY ? readback.primary : readback.circuits[lease.part];
    const found = matching(lease.values, read);
    if (!found) return undefined;
    if (lease.part === PRIMARY) primary = found;
    else circuits[lease.part] = found;
  }
  return { ...(Object.keys(circuits).length > 0 ? { circuits } : {}), ...(primary ? { primary } : {}) };
}

function holdProof(state: CommandState, id: string, readback: Readback): Proof | undefined {
  const hold = state.holds.find(({ command }) => command.id === id);
  if (!hold || readback.stopped[hold.target] !== true) return undefined;
  const [, circuit = '', part, pump = ''] = hold.target.split('.');
  return {
    circuits: { [circuit]: part === 'valve' ? { valve_pct: 0 } : { pumps: { [pump]: { running: false } } } },
  };
}

function proofOf(state: CommandState, awaited: Awaited, readback: Readback): Proof | undefined {
  const { id } = awaited.command;
  if (awaited.kind === 'setpoints') return setpointsProof(state, id, readback);
  if (awaited.kind === 'operate') return holdProof(state, id, readback);
  return state.fallback && { ...state.fallback };
}

/** Reports each awaited command whose values the readback shows. */
export function readBack(turn: Turn, readback: Readback): void {
  for (const awaited of turn.state.awaited) {
    const proof = proofOf(turn.state, awaited, readback);
    if (!proof) continue;
    turn.set({ awaited: turn.state.awaited.filter((other) => other !== awaited) });
    turn.report(awaited.command, 'applied', { readback: proof });
  }
}
