import type { JournalFacts } from '../../../contract/journal';
import { JOURNAL_VERSION, upgraded } from '../../../lib/cutover/journal/journal-version';
import { parseDefinition } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { evaluated } from '../cutover/rendered';
import { type Found, KEPT_VERSIONS, type KeptJournal, readKept, writeKept } from './kept-journals';
import { type AnyCloud, MIGRATIONS } from './migrations';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** Keeps this version's journals, so that the next can be seen to read them: CAPTURE=1 npx jest older-journals */
const { CAPTURE } = process.env;

/** Of a version's journals one in so many is recovered, of each version others. All of them, in minutes: EVERY=1 npx jest older-journals */
const EVERY = Number(process.env.EVERY ?? 12);

/** What this version keeps is recovered from every phase in the tests of each migration. */
const OLDER_VERSIONS = KEPT_VERSIONS.filter((version) => version < JOURNAL_VERSION);

const PARAMETERS = ['journal', 'workloads/0'];

function journalOf(cloud: AnyCloud): KeptJournal {
  const values = PARAMETERS.map((name) => [name, cloud.parameter(name)] as const);
  return Object.fromEntries(
    values.flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.parse(value)]])),
  );
}

/** What is told of what remains is in the words of the version that wrote it. */
const withoutSentences = (journal: unknown): object => {
  const facts = journal as { readonly remains?: unknown };
  return facts.remains === undefined ? facts : { ...facts, remains: typeof facts.remains };
};

const inThisVersion = (journal: unknown) => evaluated(`{% ${upgraded('$journal')} %}`, { journal });

describe.each(Object.entries(MIGRATIONS))('%s', (kind, deploy) => {
  const { actions, assembly, newCloud, put, problems } = deploy();
  const { States } = parseDefinition(assembly.stateMachines()[0]?.definition);
  const writes = Object.entries(States).flatMap(([name, state]) =>
    state.Type === 'Task' && String((state.Arguments as { Name?: string } | undefined)?.Name).endsWith('/journal')
      ? [name]
      : [],
  );

  /** What this definition writes when all goes well. */
  async function found(): Promise<Found[]> {
    const cloud = await newCloud();
    const all: Found[] = [];
    for (const action of actions) {
      const find = () => {
        const kept = journalOf(cloud);
        if (kept.journal !== undefined) all.push({ action, kept });
      };
      const entered = (state: string) => (writes.includes(state) ? find() : undefined);
      expect(await cloud.run(action, { entered })).toMatchObject({ status: 'SUCCEEDED' });
      find();
    }
    return all;
  }

  if (CAPTURE !== undefined) {
    test('is kept', async () => {
      const all = await found();
      writeKept(JOURNAL_VERSION, kind, all);
      expect(readKept(JOURNAL_VERSION, kind)).toEqual(all);
    });
    return;
  }

  test.each(OLDER_VERSIONS)(
    'a journal of version %i is recovered, in whatever phase an execution was stopped',
    async (version) => {
      const wrong: Record<string, readonly string[]> = {};
      const all = readKept(version, kind);
      for (const [index, { action, kept }] of some(all, version)) {
        const cloud = await newCloud();
        const before = cloud.observe();
        for (const earlier of actions.slice(0, actions.indexOf(action))) {
          await cloud.run(earlier);
          await put(cloud, all.findLast((each) => each.action === earlier)?.kept ?? {});
        }
        const phase = await stoppedAfter(cloud, action, index - all.findIndex((each) => each.action === action));
        expect(phase).toBe(((await inThisVersion(kept.journal)) as { phase: string }).phase);
        await put(cloud, kept);
        const recovered = await cloud.run('recover');
        const found = problems(cloud, before, recovered);
        const failed = recovered.status === 'SUCCEEDED' ? [] : [`recover: ${recovered.error}: ${recovered.cause}`];
        if (found.length + failed.length > 0) wrong[`${action}, ${index}: ${phase}`] = [...failed, ...found];
      }
      expect(wrong).toEqual({});
    },
  );

  if (actions.length > 1) {
    test.each(OLDER_VERSIONS)(
      'client ingress that a journal of version %i has as revoked is restored where clients move next',
      async (version) => {
        const cloud = await newCloud();
        const before = cloud.observe();
        const all = readKept(version, kind);
        for (const action of actions) {
          await cloud.run(action);
          await put(cloud, all.findLast((each) => each.action === action)?.kept ?? {});
          expect(cloud.observe().phase).toBe('settled');
        }
        expect(cloud.observe().ingress.blue).toEqual(before.ingress.blue);
        expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
        expect(cloud.observe().ingress.green).toEqual(before.ingress.green);
      },
    );
  }

  /** Runs until the journal, which is there, is about to be written once more than so many times; gives its phase. */
  async function stoppedAfter(cloud: AnyCloud, action: string, times: number): Promise<string | undefined> {
    let phase: string | undefined;
    let left = times;
    await cloud.run(action, {
      abort: (state) => {
        if (!writes.includes(state) || cloud.parameter('journal') === undefined || left-- > 0) return false;
        phase ??= cloud.observe().phase;
        return true;
      },
    });
    return phase ?? cloud.observe().phase;
  }

  test('what each version wrote, brought up to this one, is what this one writes', async () => {
    const now = (await found()).map(({ kept }) => kept.journal);
    for (const version of KEPT_VERSIONS) {
      const older = await Promise.all(readKept(version, kind).map(({ kept }) => inThisVersion(kept.journal)));
      expect(now.map(withoutSentences)).toMatchObject(older.map(withoutSentences));
    }
  });

  test('what others read of the journal has the same name in every version', async () => {
    for (const { kept } of KEPT_VERSIONS.flatMap((version) => readKept(version, kind))) {
      const { phase, ...facts } = factsOf(kept.journal);
      const upgradedFacts = factsOf(await inThisVersion(kept.journal));
      expect(upgradedFacts).toMatchObject(facts);
      expect(upgradedFacts.phase === 'settled').toBe(phase === 'settled');
    }
  });
});

/** With their indices. That all are as this version's own, which other suites recover from, is a test of its own. */
function some(all: readonly Found[], version: number): (readonly [number, Found])[] {
  return [...all.entries()].filter(([index]) => index % EVERY === (2 * version) % Math.min(EVERY, all.length));
}

/** As the agent, the operator's command and the look for an interrupted execution read them. */
function factsOf(journal: unknown): JournalFacts {
  const { phase, serving, from, to, execution, conversion, following } = journal as JournalFacts;
  return { phase, serving, from, to, execution, conversion, following };
}
