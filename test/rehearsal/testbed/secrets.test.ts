import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { CacheConsistency } from '../../../lib';
import { openCache } from '../../../rehearsal/clients/redis/data/cache-address';
import { SCHEMA } from '../../../rehearsal/clients/sql/data/tables';
import { withDatabase } from '../../../rehearsal/clients/sql/dialects';
import { withMysql } from '../../../rehearsal/clients/sql/mysql/mysql-database';
import { renderHtml } from '../../../rehearsal/report/html';
import { renderJson } from '../../../rehearsal/report/json';
import { Terminal } from '../../../rehearsal/report/terminal';
import { renderMarkdown } from '../../../rehearsal/runbook/markdown';
import { readRunbook } from '../../../rehearsal/runbook/runbook';
import { CacheUnderTest } from '../../../rehearsal/testbed/caches/cache-under-test';
import { DatabaseUnderTest } from '../../../rehearsal/testbed/databases/database-under-test';
import { Rehearsal } from '../../../rehearsal/testbed/rehearsal';
import { synthesizeMigration, synthesizeSecured } from './app-under-test';
import { synthesizeConverting, synthesizeManagedPostgresql, synthesizePromotion } from './database-under-test';
import { onDemand } from './on-demand';
import { perform } from './perform';
import { logCommands, loggedCommands, logStatements, statementLogs } from './statement-logs';

jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'secrets-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => jest.restoreAllMocks());

/** Data of clients, in a row and in a key, on both sides and other on either. */
const PLANTED = ['planted-in-both-of-them', 'planted-in-blue-alone', 'planted-in-green-alone', 'planted:name:of:a:key'];

/** What a night leaves behind, by where it is found. */
class Leftovers {
  readonly texts: { readonly where: string; readonly text: string }[] = [];
  /** Where this night's agent keeps its state: others may rehearse on this machine. */
  agentFolder = '';
  private readonly sampling = setInterval(() => this.lookAtProcesses(), 250);

  add(where: string, value: unknown): void {
    this.texts.push({ where, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') });
  }

  addFolder(where: string, path: string): void {
    for (const file of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      const full = join(path, file);
      if (statSync(full).isFile()) this.add(`${where} ${file}`, readFileSync(full, 'latin1'));
    }
  }

  where(secret: string): string[] {
    return [...new Set(this.texts.filter(({ text }) => text.includes(secret)).map(({ where }) => where))];
  }

  stop(): void {
    clearInterval(this.sampling);
  }

  /** What `ps` shows everyone, and the kernel a process's own user. */
  private lookAtProcesses(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        this.add('the list of processes', command);
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        this.add('the environment of a process', environment);
        // The shell that becomes the agent has its environment, and sets the limit first.
        if (!environment.includes(`CUTOVER_STATE_DIRECTORY=${this.agentFolder}\0`) || command.startsWith('/bin/sh'))
          continue;
        this.add("the limits of the agent's process", readFileSync(`/proc/${pid}/limits`, 'latin1'));
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

interface Night {
  readonly left: Leftovers;
  /** Passwords of this night. */
  readonly passwords: readonly string[];
  /** The one that a side replicates with. */
  readonly replication: string | undefined;
}

interface NightOptions {
  /** @default 'cutover' */
  readonly action?: 'cutover' | 'rollback';
  /** Whether the two sides are not the same. @default false */
  readonly differing?: boolean;
  /** Whether servers write down every statement. @default false */
  readonly statements?: boolean;
}

/** A whole night. */
async function night(assembly: string, options: NightOptions = {}): Promise<Night> {
  const { action = 'cutover', differing = false, statements = false } = options;
  const left = new Leftovers();
  const passwords: string[] = [];
  let replication: string | undefined;
  const start = Rehearsal.start.bind(Rehearsal);
  jest.spyOn(Rehearsal, 'start').mockImplementation(async (...args) => {
    const rehearsal = await start(...args);
    await plant(rehearsal, differing);
    if (statements) await logAllStatements(rehearsal);
    passwords.push(...passwordsOf(rehearsal));
    const { system } = rehearsal;
    if (system instanceof DatabaseUnderTest) replication = system.servers.accounts.replication?.password;
    collectAtItsEnd(rehearsal, left, statements);
    return rehearsal;
  });
  const screen = new PassThrough();
  screen.on('data', (text) => left.add('the terminal', String(text)));
  const terminal = new Terminal(screen);
  try {
    const record = await perform(assembly, {
      action,
      onNote: (line) => terminal.note(line),
      onLive: (view) => terminal.update(view),
      onTrace: (entry) =>
        left.add(entry.of === 'call' ? `the call ${entry.action}` : `the trace of the ${entry.of}`, entry),
      follower: {
        stateExited: ({ name, input, variables, result }, outcome) =>
          left.add('the history', { name, input, variables, result, outcome }),
      },
    });
    expect(record.result.outcome).toBe(differing ? 'rolledBack' : 'cutover');
    terminal.finish(record);
    left.add('the page', renderHtml(record, 'a script, and what it is told'));
    left.add('the JSON', renderJson(record.result));
    left.add('the runbook', renderMarkdown(await readRunbook(assembly)));
    left.addFolder('the assembly', assembly);
    return { left, passwords, replication };
  } finally {
    left.stop();
  }
}

async function plant(rehearsal: Rehearsal, differing: boolean): Promise<void> {
  const { system } = rehearsal;
  const [both = '', onBlue = '', onGreen = '', name = ''] = PLANTED;
  if (system instanceof DatabaseUnderTest) {
    const { blue, green } = system.servers;
    const row = `INSERT INTO visits (customer, page, seconds, at, notes) VALUES (1, '${both}', 1, NOW(), '${both}')`;
    await withDatabase(blue, (database) => database.rows(row), SCHEMA);
    if (!differing) return;
    for (const [server, text] of [[blue, onBlue] as const, [green, onGreen] as const]) {
      await withMysql(server, async (database) => {
        await database.query('SET SESSION sql_log_bin = 0');
        await database.query(`UPDATE shop.visits SET notes = '${text}' WHERE id = 1`);
      });
    }
  } else if (system instanceof CacheUnderTest) {
    const cache = await openCache(system.servers.address('blue'));
    await cache.set(name, both);
    cache.disconnect();
  }
}

/** What clients and the agent say from now on; what was planted was said before. */
async function logAllStatements({ system }: Rehearsal): Promise<void> {
  for (const side of ['blue', 'green'] as const) {
    if (system instanceof DatabaseUnderTest) await logStatements(system.servers[side]);
    if (system instanceof CacheUnderTest) await logCommands(system.servers, side);
  }
}

function passwordsOf({ system }: Rehearsal): string[] {
  if (system instanceof CacheUnderTest) return [...system.servers.accounts.passwords];
  if (!(system instanceof DatabaseUnderTest)) return [];
  return Object.values(system.servers.accounts).flatMap((account) => (account === undefined ? [] : [account.password]));
}

/** Before the rehearsal is stopped, and everything of it is removed. */
function collectAtItsEnd(rehearsal: Rehearsal, left: Leftovers, statements: boolean): void {
  const stop = rehearsal.stop.bind(rehearsal);
  const { agent } = (rehearsal as unknown as { lifecycle: { agent: { readonly stateDirectory: string } } }).lifecycle;
  left.agentFolder = agent.stateDirectory;
  rehearsal.stop = async () => {
    left.addFolder("the agent's folder", agent.stateDirectory);
    const { system } = rehearsal;
    if (system instanceof DatabaseUnderTest || system instanceof CacheUnderTest) {
      for (const side of ['blue', 'green'] as const)
        left.add(`the log of ${side}`, system.servers[side].logTail(10_000));
    }
    if (system instanceof CacheUnderTest && statements) {
      for (const side of ['blue', 'green'] as const)
        left.add(`the slow log of ${side}`, await loggedCommands(system.servers, side));
    }
    if (system instanceof DatabaseUnderTest) {
      for (const side of ['blue', 'green'] as const) {
        const server = system.servers[side];
        for (const { name, text } of statements ? await statementLogs(server) : []) {
          left.add(`the ${name} log of ${side}`, text);
        }
      }
    }
    await stop();
  };
}

/** Where a secret may stand: nowhere, but where `known` says it of one. */
function expectNothingOf({ left, passwords }: Night, known: Readonly<Record<string, readonly string[]>> = {}): void {
  // What is searched in was really collected.
  const searched = new Set(left.texts.map(({ where }) => where));
  expect([...searched]).toEqual(
    expect.arrayContaining([
      'the history',
      'the trace of the agent',
      'the trace of the state',
      'the call putParameter',
      'the list of processes',
      'the environment of a process',
      'the page',
      'the terminal',
      'the JSON',
      'the runbook',
      'the assembly manifest.json',
    ]),
  );
  const limits = left.texts.filter(({ where }) => where === "the limits of the agent's process");
  expect(limits.length).toBeGreaterThan(0);
  for (const { text } of limits) expect(text).toMatch(/^Max core file size +0 +0 /m);
  expect([...PLANTED, ...passwords].map((secret) => [secret, left.where(secret)])).toEqual(
    [...PLANTED, ...passwords].map((secret) => [secret, known[secret] ?? []]),
  );
}

test('a night of databases leaves no password and no value of a row behind', async () => {
  const found = await night(synthesizePromotion(join(folder, 'whole')));
  expect(found.passwords).toHaveLength(4);
  expectNothingOf(found);
});

onDemand('a night of databases that differ names rows, and no value of them', async () => {
  expectNothingOf(await night(synthesizePromotion(join(folder, 'differing')), { differing: true }));
});

onDemand('a night of databases with a converting replica leaves no password and no value of a row behind', async () => {
  const found = await night(synthesizeConverting(join(folder, 'converting')));
  expect(found.passwords).toHaveLength(5);
  expectNothingOf(found);
});

onDemand('a night of PostgreSQL leaves no password and no value of a row behind', async () => {
  const found = await night(synthesizeManagedPostgresql(join(folder, 'postgresql')));
  expect(found.passwords).toHaveLength(3);
  expectNothingOf(found);
});

onDemand('a night of caches leaves no key and no value behind', async () => {
  expectNothingOf(await night(synthesizeMigration(join(folder, 'cache'), CacheConsistency.FENCED)));
});

onDemand.each(['token', 'tokenInJson', 'user'] as const)(
  'a night of caches with TLS, where one signs in with %s, leaves no password, key or value behind',
  async (signsIn) => {
    const found = await night(synthesizeSecured(join(folder, signsIn), CacheConsistency.FENCED, signsIn));
    expect(found.passwords).toHaveLength(3);
    expectNothingOf(found);
  },
);

describe.each([
  ['MySQL', (outdir: string) => synthesizePromotion(outdir), ['general', 'slow']],
  ['PostgreSQL', (outdir: string) => synthesizeManagedPostgresql(outdir), ['statements']],
] as const)('servers of %s that write down every statement', (engine, synthesize, logs) => {
  onDemand('have no value of a row of it, and no password but one that RDS’s procedure takes', async () => {
    const action = engine === 'MySQL' ? 'rollback' : 'cutover';
    const found = await night(synthesize(join(folder, `statements of ${engine}`)), { action, statements: true });
    for (const side of ['blue', 'green']) {
      for (const name of logs) {
        const where = `the ${name} log of ${side}`;
        const text = found.left.texts
          .filter((each) => each.where === where)
          .map((each) => each.text)
          .join('');
        // The agent's statements are in there, and clients'.
        expect(`${where}: ${/cdk-cutover|SELECT/i.test(text)}`).toBe(`${where}: true`);
      }
    }
    // A procedure of RDS takes the password as an argument: docs/threat-model.md says who can read it there.
    const calls = engine === 'MySQL' ? ['the general log of blue', 'the slow log of blue'] : [];
    expectNothingOf(found, { [found.replication ?? '']: calls });
  });
});

onDemand(
  'slow logs of caches have no password; keys and values they have, as the copy and clients write them',
  async () => {
    const app = synthesizeSecured(join(folder, 'commands'), CacheConsistency.FENCED, 'user');
    const found = await night(app, { statements: true });
    for (const side of ['blue', 'green']) {
      const [log] = found.left.texts.filter(({ where }) => where === `the slow log of ${side}`);
      expect(log?.text.toLowerCase()).toContain('client');
    }
    const [value = '', , , name = ''] = PLANTED;
    expectNothingOf(found, {
      [value]: ['the slow log of green'],
      [name]: ['the slow log of blue', 'the slow log of green'],
    });
  },
);
