/** Rights given and taken away at random while everybody asks for everything, over kills of the center. */
import { between, randomFrom, type Random } from '@heat-center/simulators/plant/random.ts';
import { newDataDir, removeDataDir, startCenter, type CenterProcess } from '../support/center.ts';
import { Crowd } from './rights/crowd.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const FULL = { steps: 2000, kills: 10 } as const;
const QUICK = { steps: 60, kills: 1 } as const;
const FEWEST_PEOPLE = 4;

const start = (dir: string): Promise<CenterProcess> =>
  startCenter({
    dir,
    env: { HEAT_CENTER_LOG_LEVEL: 'warn', HEAT_CENTER_TRUSTED_PROXIES: '127.0.0.1' },
  });

/** What happens, and in how many of a hundred steps; in the others somebody asks for something. */
const EVENTS: readonly (readonly [weight: number, act: (crowd: Crowd) => Promise<void>])[] = [
  [4, (crowd) => crowd.addPerson()],
  [6, (crowd) => crowd.signInAgain()],
  [6, (crowd) => crowd.addToken()],
  [10, (crowd) => crowd.takeAway()],
  [4, (crowd) => crowd.revokeToken()],
  [4, (crowd) => crowd.enable()],
];

async function step(crowd: Crowd, random: Random): Promise<void> {
  if (crowd.world.people.size < FEWEST_PEOPLE) return crowd.addPerson();
  let drawn = between(random, 0, 100);
  for (const [weight, act] of EVENTS) {
    drawn -= weight;
    if (drawn < 0) return act(crowd);
  }
  return crowd.ask();
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const { steps, kills } = quick ? QUICK : FULL;
  const dir = await newDataDir();
  let center = await start(dir);
  const random = randomFrom(`rights ${seed}`);
  const crowd = new Crowd(center, random);
  try {
    for (let n = 1; n <= steps; n += 1) {
      await step(crowd, random);
      if (n % Math.floor(steps / (kills + 1)) !== 0) continue;
      // What was answered stands over a kill: who was let in still is, who was not is not.
      await center.kill();
      center = await start(dir);
      crowd.moveTo(center);
      await crowd.askAll();
      say(`${n} steps, ${crowd.figures.asked} questions, ${crowd.figures.wrong.length} wrong answers`);
    }
    await center.stop();
  } finally {
    await center.kill();
    await removeDataDir(dir).catch(() => undefined);
  }
  const { asked, ended, wrong, feedsEnded, slowestEnd_ms } = crowd.figures;
  const kept = wrong.length === 0 && ended > 0 && feedsEnded > 0;
  return {
    state: kept ? 'kept' : 'broken',
    figures:
      `${asked} questions, ${ended} rights taken away, ${kills} kills: ${wrong.length} wrong answers; ` +
      `${feedsEnded} feeds ended with them, the slowest after ${Math.round(slowestEnd_ms)} ms` +
      (wrong.length === 0 ? '' : `; first: ${wrong.slice(0, 5).join('; ')}`),
  };
}

export const rights: Scenario = {
  name: 'rights',
  promise: 'what is not declared is refused; a right that was taken away is gone at once and stays so',
  run,
};
