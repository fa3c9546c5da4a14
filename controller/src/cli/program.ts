/** The command line: what `pnpm heat` understands. */
import { action, ROLES } from '@heat-center/api/access.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { Argument, Command, CommanderError, Option } from 'commander';
import { listLog, verifyLog } from './audit.ts';
import { backup, restore } from './backup.ts';
import { confirmEpoch, link, status, stop } from './center.ts';
import type { Variables } from './client.ts';
import type { Output } from './output.ts';
import {
  addLogin,
  addStation,
  listStations,
  removeLogin,
  removeStation,
  rotateSecret,
  setStation,
  showStation,
  withSettings,
} from './stations.ts';
import {
  addToken,
  addUser,
  changeUser,
  listTokens,
  listUsers,
  removeToken,
  removeUser,
  setPassword,
} from './users.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, notRunning: 3 } as const;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function stationCommands(env: Variables, output: Output): Command {
  const station = new Command('station').description('stations and their secrets');
  station
    .command('list')
    .description('all stations and how they are')
    .action(() => listStations(env, output));
  station
    .command('show <id>')
    .description('everything known of a station, as JSON')
    .action((id: string) => showStation(env, output, id));
  withSettings(station.command('add [id]').description('register a station; prints its MQTT login')).action(
    (id: string | undefined, options: unknown) => addStation(env, output, { id, options }),
  );
  withSettings(station.command('set <id>').description('change settings; what is given is replaced')).action(
    (id: string, options: unknown) => setStation(env, output, { id, options }),
  );
  station
    .command('rotate <id>')
    .description('give any login a new secret; the old one ends at once')
    .action((id: string) => rotateSecret(env, output, id));
  station
    .command('remove <id>')
    .description('remove a station and its login')
    .action((id: string) => removeStation(env, output, id));
  return station;
}

function loginCommands(env: Variables, output: Output): Command {
  const login = new Command('login').description('logins of gateways and readers');
  login
    .command('add')
    .description('a gateway speaks for its stations, a reader listens to everything; prints the MQTT login')
    .addArgument(new Argument('<kind>').choices(['gateway', 'reader']))
    .argument('<id>')
    .option('--station <id>', 'a station that the gateway speaks for; may be repeated', collect, [])
    .action((kind: string, id: string, { station }: { station: readonly string[] }) =>
      addLogin(env, output, { kind, id, stations: station }),
    );
  login
    .command('remove <id>')
    .description('revoke the login; its connections end at once')
    .action((id: string) => removeLogin(env, output, id));
  return login;
}

function auditCommands(env: Variables, output: Output): Command {
  const audit = new Command('audit').description('the record of who did what');
  audit
    .command('verify')
    .description('check that no record was changed, taken out or cut off; needs no running center')
    .option('--anchor <n:sha256>', 'an end that was written down; may be repeated', collect, [])
    .action(({ anchor }: { anchor: readonly string[] }) => verifyLog(env, output, anchor));
  audit
    .command('list')
    .description('the newest records')
    .option('--from <time>', 'at this time or later, ISO 8601')
    .option('--to <time>', 'before this time')
    .option('--by <name>', 'who did it')
    .option('--action <action>', 'what was done')
    .option('--station <id>', 'about this station')
    .option('--limit <count>', 'how many')
    .action((options: unknown) => listLog(env, output, options));
  return audit;
}

const PASSWORD_FILE: readonly [string, string] = [
  '--password-file <file>',
  'take the password from the first line of this file, - for standard input; without it one is made up',
];

function userCommands(env: Variables, output: Output): Command {
  const users = new Command('users').description('people who sign in with a password');
  const change = (id: string, body: object) => changeUser(env, output, { id, body });
  users
    .command('list')
    .description('everybody with role and last sign-in')
    .action(() => listUsers(env, output));
  users
    .command('add <name>')
    .description('add a person; prints the password that was made up')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .option('--full-name <name>', 'as it is shown')
    .option(...PASSWORD_FILE)
    .action((id: string, options: unknown) => addUser(env, output, { id, options }));
  users
    .command('passwd <name>')
    .description('set a new password; ends all sessions of the person')
    .option(...PASSWORD_FILE)
    .action((id: string, options: unknown) => setPassword(env, output, { id, options }));
  users
    .command('role <name>')
    .description('give a person another role; ends their sessions')
    .addArgument(new Argument('<role>').choices(ROLES))
    .action((id: string, role: string) => change(id, { role }));
  users
    .command('disable <name>')
    .description('a person signs in no more; their sessions end at once')
    .action((id: string) => change(id, { disabled: true }));
  users
    .command('enable <name>')
    .description('a disabled person may sign in again')
    .action((id: string) => change(id, { disabled: false }));
  users
    .command('remove <name>')
    .description('remove a person')
    .action((id: string) => removeUser(env, output, id));
  return users;
}

function tokenCommands(env: Variables, output: Output): Command {
  const tokens = new Command('tokens').description('tokens with which other programs ask the API');
  tokens
    .command('list')
    .description('all tokens and when they end')
    .action(() => listTokens(env, output));
  tokens
    .command('add <name>')
    .description('make a token; prints it this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .addOption(new Option('--scope <actions...>', 'only these of the role’s actions').choices(action.options))
    .option('--days <days>', 'how long it stands', '90')
    .action((name: string, options: unknown) => addToken(env, output, { name, options }));
  tokens
    .command('revoke <name>')
    .description('end a token at once')
    .action((name: string) => removeToken(env, output, name));
  return tokens;
}

function programOf(env: Variables, output: Output): Command {
  const program = new Command('heat')
    .description('Speaks to the heat center that runs on HEAT_CENTER_DATA_DIR.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.complain(text.trimEnd()),
    });
  program
    .command('link')
    .description('print a link that signs a browser in once')
    .action(() => link(env, output));
  program
    .command('status')
    .description('where the center listens and how it is')
    .action(() => status(env, output));
  program
    .command('stop')
    .description('end the center and wait until it has')
    .action(() => stop(env, output));
  program
    .command('backup <file>')
    .description('write a backup of the running center to a new file, and verify it')
    .action((file: string) => backup(env, output, file));
  program
    .command('restore <file>')
    .description('restore a backup into the data folder, where no center may run')
    .option('--to <folder>', 'another data folder')
    .option('--move-aside', 'keep what the folder holds in a folder of its own beside it', false)
    .action((file: string, { to, moveAside }: { to?: string; moveAside: boolean }) =>
      restore(env, output, { file, to, moveAside }),
    );
  const epoch = new Command('epoch').description('the center’s claim to command the stations');
  epoch
    .command('confirm')
    .description('this center is the right one: continue above the epoch that stations obey')
    .action(() => confirmEpoch(env, output));
  const people = [userCommands(env, output), tokenCommands(env, output)];
  const groups = [
    ...people,
    stationCommands(env, output),
    loginCommands(env, output),
    auditCommands(env, output),
    epoch,
  ];
  for (const group of groups) program.addCommand(inherit(group, program));
  return program;
}

/** Commands that are built apart take over how the program ends and prints. */
function inherit(command: Command, from: Command): Command {
  command.copyInheritedSettings(from);
  for (const child of command.commands) inherit(child, from);
  return command;
}

/** Runs one command; the exit code says whether it worked. Never throws. */
export async function runCli(args: readonly string[], env: Variables, output: Output): Promise<number> {
  try {
    await programOf(env, output).parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof HeatError) {
      output.complain(`${error.message} ${error.remedy}`);
      return error.code === 'not_running' ? EXIT.notRunning : EXIT.failed;
    }
    output.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.failed;
  }
}
