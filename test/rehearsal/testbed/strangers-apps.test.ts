import { Peer, Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StrangersApp } from '../../lib/strangers-app';
import { StrangersDatabases } from '../../lib/strangers-databases';
import { removeTemporaryFolders } from '../assembly/written-assembly';
import { onDemand } from './on-demand';
import { perform, summary, told } from './perform';

jest.setTimeout(400_000);

afterAll(removeTemporaryFolders);
// The CDK prints every warning when it synthesizes.
beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
afterAll(() => jest.restoreAllMocks());

/** Both sides let in a range; the CDK writes such rules into the groups themselves. */
function openForRange(): string {
  const app = new StrangersApp();
  const range = Peer.ipv4('10.0.0.0/16');
  app.blueGroup.addIngressRule(range, Port.tcp(6379));
  const blue = app.blue();
  const green = app.green(blue);
  green.connections.allowDefaultPortFrom(range);
  app.migrate({ blue, green });
  return app.app.synth().directory;
}

/** As an error's text tells to state it: by its name alone. */
function secretByName(): string {
  const app = new StrangersDatabases({
    env: { account: '111122223333', region: 'eu-west-1' },
    vpc: (stack) =>
      Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZones: ['eu-west-1a', 'eu-west-1b'],
        privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      }),
  });
  const { zone } = app;
  const blue = app.instance({ secret: Secret.fromSecretNameV2(app.stack, 'Master', 'shop/master') });
  app.promote({ blue, green: app.replica({ replaces: blue }), readerRecord: { zone, recordName: 'shop-readers' } });
  return app.app.synth().directory;
}

onDemand.each([
  ['whose sides let a range in', openForRange],
  ['whose secret is stated by its name', secretByName],
])('clients of an app %s go there and back', async (_, synthesize) => {
  const { result } = await perform(synthesize(), { action: 'rollback' });
  expect(summary({ result } as never)).toMatchObject({ ok: true, outcome: 'cutover', serving: 'blue', lost: 0 });
  expect(result.groups.flatMap(({ shutOut }) => shutOut)).toEqual([]);
  expect(told(result).cutover.writeOutageMs).toBeGreaterThan(0);
});
