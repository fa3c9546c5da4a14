/** `pnpm heat …` */
import { runCli } from './program.ts';

process.exitCode = await runCli(process.argv.slice(2), process.env, {
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});
