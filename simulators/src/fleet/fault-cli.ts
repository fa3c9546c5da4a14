/** `pnpm simulators fault …`: injects faults into the running city and takes them away. */
import { Command, InvalidArgumentError } from 'commander';
import { FAULTS, isFaultName, type FaultName } from '../plant/faults.ts';
import { FaultFile, type InjectedFault } from './fault-file.ts';

function faultName(text: string): FaultName {
  if (isFaultName(text)) return text;
  throw new InvalidArgumentError(`Use one of: ${Object.keys(FAULTS).join(', ')}.`);
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number.');
}

const EXAMPLES: Readonly<Record<string, string>> = {
  point: 'circuits.low.supply_c',
  circuit: 'low',
  pump: 'low.a',
};

function checkTarget(name: FaultName, target: string): void {
  const { on } = FAULTS[name];
  const example = EXAMPLES[on];
  if (example !== undefined && target === '')
    throw new InvalidArgumentError(`${name} needs --target, the ${on} it is about, such as ${example}.`);
  if (example === undefined && target !== '')
    throw new InvalidArgumentError(`${name} is about the whole ${on}: leave --target out.`);
}

const same = (one: InjectedFault, other: InjectedFault): boolean =>
  one.station === other.station && one.name === other.name && one.target === other.target;

const told = ({ station, name, target, size, until }: InjectedFault): string =>
  [
    station.padEnd(24),
    name.padEnd(18),
    target.padEnd(26),
    String(size).padStart(7),
    FAULTS[name].size.unit,
    until === undefined ? '' : `until ${new Date(until).toISOString()}`,
  ].join(' ');

export interface FaultCliOptions {
  /** The simulators' folder. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

interface AddOptions {
  readonly target: string;
  readonly size?: number;
  readonly for?: number;
}

function defineAdd(program: Command, { say, now }: FaultCliOptions, file: FaultFile): void {
  program
    .command('add')
    .argument('<station>', 'id of a station, or of the heat source')
    .argument('<fault>', 'name of a fault', faultName)
    .option('--target <part>', 'point, circuit or pump', '')
    .option('--size <number>', 'how much, in the unit of the fault', number)
    .option('--for <seconds>', 'ends by itself', number)
    .action((station: string, name: FaultName, options: AddOptions) => {
      checkTarget(name, options.target);
      const fault: InjectedFault = {
        station,
        name,
        target: options.target,
        size: options.size ?? FAULTS[name].size.usual,
        from: now(),
        ...(options.for === undefined ? {} : { until: now() + options.for * 1000 }),
      };
      file.write([...file.entries().filter((other) => !same(fault, other)), fault]);
      say(told(fault));
    });
}

/** Runs the command line; `argv` is what follows `fault`. Throws a CommanderError for a wrong one. */
export function runFaultCli(argv: readonly string[], options: FaultCliOptions): void {
  const { say } = options;
  const file = new FaultFile(options.folder);
  const program = new Command('fault')
    .description('Faults of the simulated city; the running city obeys within a second.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => say(text.trimEnd()) });
  defineAdd(program, options, file);
  program
    .command('clear')
    .argument('[station]', 'all stations where left out')
    .argument('[fault]', 'all faults where left out', faultName)
    .action((station?: string, name?: FaultName) => {
      const kept = file
        .entries()
        .filter((one) => (station ?? one.station) !== one.station || (name ?? one.name) !== one.name);
      say(`${file.entries().length - kept.length} cleared, ${kept.length} left`);
      file.write(kept);
    });
  program.command('list').action(() => {
    for (const entry of file.entries()) say(told(entry));
  });
  program.command('names').action(() => {
    for (const [name, { on, size, meaning }] of Object.entries(FAULTS))
      say(
        `${name.padEnd(18)} ${on.padEnd(8)} ${meaning}${size.unit === '' ? '' : ` (${size.usual} ${size.unit})`}`,
      );
  });
  program.parse([...argv], { from: 'user' });
}
