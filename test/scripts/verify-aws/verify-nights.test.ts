import { loadAssembly } from '../../../rehearsal/assembly';
import { findMigration } from '../../../rehearsal/stage/migration';
import { Stage } from '../../../rehearsal/stage/stage';
import type { Scenario } from '../../../scripts/verify-aws/app/scenario';
import { type AwsClients, awsClients } from '../../../scripts/verify-aws/aws-clients';
import { checkAccount } from '../../../scripts/verify-aws/check-account';
import { synthesize } from '../../../scripts/verify-aws/deployment/synthesize';
import { verifyNights } from '../../../scripts/verify-aws/verify-nights';

/** Only the deployment stands in for AWS's: the stage has all of an assembly deployed. */
class StagedAccount {
  private stage?: Stage;

  async deploy(folder: string, note: (line: string) => void): Promise<void> {
    const assembly = loadAssembly(folder);
    this.stage = await Stage.set(assembly, findMigration(assembly), {
      seed: '1',
      keys: 500,
      rows: 1,
      turnsPerSecond: 20,
      faults: [],
      hurry: true,
      approves: false,
      onLive: () => undefined,
      onNote: note,
      signal: new AbortController().signal,
    });
  }

  get clients(): AwsClients {
    if (this.stage === undefined) throw new Error('Nothing is deployed.');
    return awsClients(this.stage.operatorAccess);
  }

  async strike(): Promise<void> {
    await this.stage?.strike();
  }
}

const accounts: StagedAccount[] = [];
afterAll(async () => {
  for (const account of accounts) await account.strike();
});

test.each<Scenario>(['cold', 'fenced'])(
  'the night %s comes to its end on the stage, and leaves nothing',
  async (scenario) => {
    const account = new StagedAccount();
    accounts.push(account);
    const notes: string[] = [];
    const result = await verifyNights({
      scenarios: [scenario],
      clients: () => account.clients,
      synthesize,
      deploy: () => (folder, note) => account.deploy(folder, note),
      keep: false,
      pace: { pollMs: 150, patienceMs: 30_000, runMs: 240_000 },
      note: (line) => notes.push(line),
      signal: new AbortController().signal,
    });
    expect({ ...result, facts: undefined, notes: result.failures.length === 0 ? [] : notes }).toEqual({
      facts: undefined,
      failures: [],
      left: [],
      notes: [],
    });
    console.log(notes.join('\n'));
    console.log(JSON.stringify(result.facts, undefined, 1));
    expect(result.facts.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
    await expect(checkAccount(account.clients.sts, '999999999999')).rejects.toThrow(
      'credentials at hand are of 111122223333',
    );
  },
  600_000,
);
