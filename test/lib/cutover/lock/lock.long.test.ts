import { CacheConsistency } from '../../../../lib';
import { linkAfter } from '../../../../lib/cutover/lock/lock-link';
import { expression } from '../../../../lib/cutover/states/expression';
import { evaluateExpression } from '../../../../rehearsal/states-language/jsonata/expression';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { rendered } from '../rendered';
import { FIRST, HOLDS, JUST_NOW, LONG_AGO, LockModel, REFUSED, type Runner, type World } from './lock-world';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const LOCK = '/cdk-cutover/sessions/lock';
const nameAfter = (arn: string) => `${LOCK}/${arn.replaceAll(':', '_3A')}`;
const entry = (arn: string, after: string) => JSON.stringify({ execution: arn, link: nameAfter(after) });

/** The lock of a real migration; it looks and tries less often, so that all that can happen can be tried. */
function lockOf(): LockModel {
  const states = JSON.stringify(rendered(CacheConsistency.FENCED).States);
  const fewer = states.replace(/\? 12 : 3/, '? 2 : 1').replace('$tries < 10', '$tries < 2');
  expect(fewer.length).toBe(states.length - 2);
  return new LockModel(JSON.parse(fewer));
}

const model = lockOf();
const ended = (name: string): Runner => ({ ...model.runner(name, 'cutover'), at: HOLDS, ended: true, known: true });
const holding = (name: string): Runner => ({ ...model.runner(name, 'cutover'), at: HOLDS });
const written = (value: string, since = JUST_NOW) => ({ values: [value], settled: 0, since });

/** What the executions find: nothing; one that ended; one that ended before it had noted itself; one that holds it. */
const BEFORE: Readonly<Record<string, Pick<World, 'parameters' | 'runners'>>> = {
  nothing: { parameters: {}, runners: [] },
  'one that ended': {
    parameters: {
      [LOCK]: written(entry('arn:old', 'nobody')),
      [nameAfter('nobody')]: written(entry('arn:old', 'nobody')),
    },
    runners: [ended('old')],
  },
  'one that ended long ago': {
    parameters: {
      [LOCK]: written(entry('arn:old', 'nobody'), LONG_AGO),
      [nameAfter('nobody')]: written(entry('arn:old', 'nobody'), LONG_AGO),
    },
    runners: [ended('old')],
  },
  'one that ended before it was noted': {
    parameters: {
      [LOCK]: written(entry('arn:old', 'nobody')),
      [nameAfter('nobody')]: written(entry('arn:old', 'nobody')),
      [nameAfter('arn:old')]: written(entry('arn:late', 'arn:old')),
    },
    runners: [ended('old'), ended('late')],
  },
  'one that holds it': {
    parameters: {
      [LOCK]: written(entry('arn:old', 'nobody')),
      [nameAfter('nobody')]: written(entry('arn:old', 'nobody')),
    },
    runners: [holding('old')],
  },
};

const holders = ({ runners }: World) => runners.filter(({ at, ended: over }) => at === HOLDS && !over);

/** Every world that can be come to, each once. */
async function explore(start: World, look: (world: World) => void): Promise<World[]> {
  const seen = new Set([JSON.stringify(start)]);
  const found = [start];
  for (const world of found) {
    look(world);
    for (const next of await model.next(world)) {
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(next);
    }
  }
  return found;
}

/** Two that were started by one event that came twice, beside one that an operator started. */
const TEAMS: readonly (readonly [string, readonly string[], number])[] = [
  ['two recoveries', ['recover', 'recover'], 1],
  ['a cutover and a recovery', ['cutover', 'recover'], 1],
  ['two recoveries and a cutover', ['recover', 'recover', 'cutover'], 0],
];

describe.each(Object.entries(BEFORE))('after %s', (_, before) => {
  test.each(TEAMS)(
    'of %s, one has the lock at a time, and somebody can always take it in the end',
    async (__, actions, faults) => {
      const runners = actions.map((action, index) => model.runner(`run-${index}`, action));
      const twoHolders: string[] = [];
      const worlds = await explore(
        { parameters: before.parameters, runners: [...before.runners, ...runners], faults },
        (world) => {
          if (holders(world).length > 1) twoHolders.push(JSON.stringify(world));
        },
      );
      expect(twoHolders).toEqual([]);
      expect(worlds.filter((world) => holders(world).length === 1)).not.toEqual([]);

      const over = worlds.filter((world) => world.runners.every(({ ended: isOver }) => isOver));
      const inTheEnd = new Map(over.map((world) => [JSON.stringify(world.parameters), world]));
      for (const world of inTheEnd.values()) expect(await heldBy('last', world)).toBe(true);
    },
  );
});

/** Whether an execution that comes when all have ended, and nothing goes wrong any more, gets the lock. */
async function heldBy(name: string, world: World): Promise<boolean> {
  let now: World = {
    parameters: world.parameters,
    runners: [...world.runners.map((runner) => ({ ...runner, known: true })), model.runner(name, 'recover')],
    faults: 0,
  };
  for (;;) {
    const own = now.runners.at(-1);
    if (own?.at === HOLDS) return true;
    const next = (await model.next(now)).find(({ runners }) => runners.at(-1)?.ended === false);
    if (next === undefined) return false;
    now = next;
  }
}

test('the model would see two holders: a lock that anybody may take over has them', async () => {
  const states = rendered(CacheConsistency.FENCED).States;
  const loose = JSON.parse(JSON.stringify(states).replaceAll('"Overwrite":false', '"Overwrite":true'));
  const careless = new LockModel(loose);
  const seen: World[] = [
    { parameters: {}, runners: ['a', 'b'].map((name) => careless.runner(name, 'cutover')), faults: 0 },
  ];
  const known = new Set<string>();
  let most = 0;
  for (const world of seen) {
    most = Math.max(most, holders(world).length);
    for (const next of await careless.next(world)) {
      const key = JSON.stringify(next);
      if (!known.has(key)) seen.push(next);
      known.add(key);
    }
  }
  expect(most).toBe(2);
  expect([FIRST, HOLDS, REFUSED].filter((name) => states[name] === undefined)).toEqual([]);
});

test('every execution has a link of its own after it, by a name that a parameter can have', async () => {
  const names = [
    'a',
    'a_5F',
    'a_',
    'a%5F',
    "a'",
    'a(',
    'a)',
    'a!',
    'a_21',
    'a+b',
    'a=b',
    'a@b',
    'a.b',
    'a-b',
    'naïve',
    '夜',
  ];
  const executions = names.map((name) => `arn:aws:states:eu-west-1:111122223333:execution:Machine-1:${name}`);
  const other = 'arn:aws:states:eu-west-1:111122223333:execution:Machine-2:a';
  const links = await Promise.all(
    ['nobody', other, ...executions].map((execution) =>
      evaluateExpression(
        expression(linkAfter('sessions', '$execution')),
        (name) => (name === 'execution' ? execution : undefined),
        { now: 0, random: () => 0.5 },
      ),
    ),
  );
  expect(new Set(links).size).toBe(links.length);
  for (const link of links) expect(link).toMatch(/^\/cdk-cutover\/sessions\/lock\/[A-Za-z0-9_.-]+$/);
});
