import { loadAssembly } from '../../../rehearsal/assembly';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { Rehearsal } from '../../../rehearsal/testbed/rehearsal';
import type { Scenario } from '../../../scripts/verify-aws/app/scenario';
import { type AwsClients, awsClients } from '../../../scripts/verify-aws/aws-clients';
import { checkAccount } from '../../../scripts/verify-aws/check-account';
import { synthesize } from '../../../scripts/verify-aws/deployment/synthesize';
import { type NightsProps, verifyNights } from '../../../scripts/verify-aws/verify-nights';

/** Only the deployment stands in for AWS's: the testbed deploys all of an assembly. */
class StagedAccount {
  private rehearsal?: Rehearsal;

  async deploy(folder: string, note: (line: string) => void): Promise<void> {
    const assembly = loadAssembly(folder);
    this.rehearsal = await Rehearsal.start(assembly, findMigration(assembly), {
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
    if (this.rehearsal === undefined) throw new Error('Nothing is deployed.');
    return awsClients(this.rehearsal.operatorAccess);
  }

  async stop(): Promise<void> {
    await this.rehearsal?.stop();
  }
}

const accounts: StagedAccount[] = [];
afterAll(async () => {
  for (const account of accounts) await account.stop();
});

function nights(account: StagedAccount, notes: string[], props: Partial<NightsProps> = {}): NightsProps {
  accounts.push(account);
  return {
    clients: () => account.clients,
    synthesize,
    deploy: () => (folder, note) => account.deploy(folder, note),
    keep: false,
    pace: { pollMs: 150, patienceMs: 30_000, runMs: 900_000 },
    note: (line) => notes.push(line),
    signal: new AbortController().signal,
    ...props,
  };
}

test.each<Scenario>(['cold', 'fenced'])(
  'the night %s comes to its end, and leaves nothing',
  async (scenario) => {
    const account = new StagedAccount();
    const notes: string[] = [];
    const { facts, ...rest } = await verifyNights(nights(account, notes, { scenarios: [scenario] }));
    expect({ ...rest, notes: rest.failures.length === 0 ? [] : notes }).toEqual({ failures: [], left: [], notes: [] });
    expect(facts.filter(({ verdict }) => verdict === 'refuted')).toEqual([]);
    const confirmed = facts.filter(({ verdict }) => verdict === 'confirmed').map(({ fact }) => fact);
    expect(confirmed).toEqual(
      expect.arrayContaining([
        'route53-change-in-sync',
        'route53-delete-exactly',
        'cloudwatch-unknown-alarm-is-left-out',
        'sns-publisher-needs-the-topics-key',
        'sfn-sdk-java-names',
        'sfn-stop-runs-no-catch',
        ...(scenario === 'fenced' ? ['ecs-running-count'] : []),
      ]),
    );
    const wrong = checkAccount(account.clients.sts, '999999999999');
    await expect(wrong).rejects.toThrow('the credentials at hand are of 111122223333');
  },
  1_200_000,
);

test('a night that fails is told, and torn down all the same', async () => {
  const account = new StagedAccount();
  const notes: string[] = [];
  const deploy: NightsProps['deploy'] = () => async (folder, note) => {
    await account.deploy(folder, note);
    throw new Error('The deployment came to nothing.');
  };
  const result = await verifyNights(nights(account, notes, { scenarios: ['cold'], deploy }));
  expect(result).toMatchObject({ failures: ['cold: The deployment came to nothing.'], left: [] });
  expect(notes.filter((line) => line.includes('| delete Cutover'))).toHaveLength(2);
  expect(result.facts.every(({ verdict }) => verdict === 'not observed')).toBe(true);
}, 120_000);
