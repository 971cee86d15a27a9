import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '../../agent/configuration';
import type { MigrationConfiguration } from '../../agent/reach';
import { useAws } from '../agent/aws';
import { removeTemporaryFolders, temporaryFolder } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, synthesized } from './example-under-test';

afterAll(removeTemporaryFolders);
const aws = useAws();

/** What the user data writes into the host's own file. */
function reachIn(userData: string): string {
  const script = Buffer.from(userData, 'base64').toString();
  const [, text = ''] =
    /^cat > \/etc\/cutover-agent\/reach\.json <<'END_OF_FILE'\n([\s\S]*?)\nEND_OF_FILE$/m.exec(script) ?? [];
  return text;
}

/** As the deploy leaves the parameter and the host. */
function deployed(example: string) {
  const { assembly } = synthesized(example);
  const [parameter] = assembly
    .resources('AWS::SSM::Parameter')
    .filter((each) => String(each.property('Name')).endsWith('/configuration'));
  const [host] = assembly.resources('AWS::EC2::Instance');
  const reachFile = join(temporaryFolder(), 'reach.json');
  writeFileSync(reachFile, reachIn(String(host?.property('UserData'))));
  return { configuration: JSON.parse(String(parameter?.property('Value'))) as object, reachFile };
}

async function read(configuration: object, reachFile: string): Promise<MigrationConfiguration> {
  aws.parameters.set('/deployed', JSON.stringify(configuration));
  return readConfiguration({ parameter: '/deployed', reachFile });
}

test.each(EXAMPLES)('the agent takes what %s deploys, and nothing else of whom it reaches', async (example) => {
  const { configuration, reachFile } = deployed(example);
  await expect(read(configuration, reachFile)).resolves.toMatchObject(configuration);
  const elsewhere = { ...configuration, blue: { ...Object(configuration).blue, host: 'attacker.example' } };
  await expect(read(elsewhere, reachFile)).rejects.toMatchObject({ name: 'Agent.AccessDenied' });
});

test('the agent converts what was deployed, and nothing else', async () => {
  const { configuration, reachFile } = deployed('mysql-to-aurora, converting');
  const { converting } = configuration as { converting: object };
  const statements = ['DROP TABLE shop.orders'];
  const planted = {
    ...configuration,
    converting: { ...converting, conversions: [{ kind: 'statements', statements }] },
  };
  await expect(read(planted, reachFile)).rejects.toThrow('converting.conversions are others than were deployed');
});

test.each(EXAMPLES)('what %s deploys may grow beyond a standard parameter', (example) => {
  const { assembly } = synthesized(example);
  const [parameter] = assembly
    .resources('AWS::SSM::Parameter')
    .filter((each) => String(each.property('Name')).endsWith('/configuration'));
  expect(parameter?.property('Tier')).toBe('Intelligent-Tiering');
});
