import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CnameRecord, HostedZone } from 'aws-cdk-lib/aws-route53';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { RecordStage, ZONE } from './handler/stage';

afterAll(removeTemporaryFolders);

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, string | string[]>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
type Resources = Readonly<Record<string, Resource>>;

/** The stack of an application, whose own record it is. */
function application(record: 'owned' | 'retained' | 'taken out', target = 'blue.example'): Resources {
  const stack = new Stack(new App(), 'Application');
  new CfnParameter(stack, 'Else', { type: 'String', value: 'what else the stack has' });
  if (record !== 'taken out') {
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: ZONE,
      zoneName: 'internal.example',
    });
    const cname = new CnameRecord(stack, 'Sessions', {
      zone,
      recordName: 'sessions',
      domainName: target,
      ttl: Duration.minutes(5),
    });
    if (record === 'retained') cname.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
  return Template.fromStack(stack).toJSON().Resources as Resources;
}

/** Record sets as CloudFormation creates, updates and deletes them. @see docs/aws-facts.md#cloudformation-record-set */
class DeployedRecords {
  private deployed: Resources = {};

  constructor(private readonly stage: RecordStage) {}

  async deploy(template: Resources): Promise<void> {
    const before = this.deployed;
    for (const [id, resource] of this.records(template)) {
      if (JSON.stringify(before[id]?.Properties) === JSON.stringify(resource.Properties)) continue;
      await this.change(before[id] === undefined ? 'CREATE' : 'UPSERT', resource);
    }
    for (const [id, resource] of this.records(before)) {
      if (template[id] === undefined && resource.DeletionPolicy !== 'Retain') await this.change('DELETE', resource);
    }
    this.deployed = template;
  }

  private records(template: Resources): [string, Resource][] {
    return Object.entries(template).filter(([, { Type }]) => Type === 'AWS::Route53::RecordSet');
  }

  private change(Action: string, { Properties: { Name, Type, TTL, ResourceRecords } }: Resource): Promise<void> {
    const values = [ResourceRecords].flat().map((Value) => ({ Value }));
    return this.stage.change({ Action, ResourceRecordSet: { Name, Type, TTL: Number(TTL), ResourceRecords: values } });
  }
}

async function applicationOf(stage: RecordStage): Promise<DeployedRecords> {
  const records = new DeployedRecords(stage);
  await records.deploy(application('owned'));
  expect(await stage.records()).toEqual(['simple CNAME blue.example 300']);
  return records;
}

test('each step of letting a record go changes what it says, and nothing else', () => {
  const [[id = '', owned] = []] = Object.entries(application('owned')).filter(([, { Type }]) =>
    Type.endsWith('RecordSet'),
  );
  const { [id]: record, ...rest } = application('retained');
  expect(record).toEqual({ ...owned, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  expect(application('taken out')).toEqual(rest);
});

test('a record that its stack has let go is adopted, and stays whatever becomes of the stack', async () => {
  const stage = new RecordStage();
  const records = await applicationOf(stage);
  await records.deploy(application('retained'));
  await records.deploy(application('taken out'));
  expect(await stage.records()).toEqual(['simple CNAME blue.example 300']);

  await stage.create();
  await stage.setWeights(0, 100);
  await records.deploy(application('taken out'));
  expect(await stage.records()).toEqual(['blue 0 CNAME blue.example 5', 'green 100 CNAME green.example 5']);
  await stage.delete();
  await records.deploy({});
  expect(await stage.records()).toEqual(['simple CNAME green.example 5']);
});

test('one that is taken out without being retained first is gone', async () => {
  const stage = new RecordStage();
  await (await applicationOf(stage)).deploy(application('taken out'));
  expect(await stage.records()).toEqual([]);
});

test('a stack that has not let go fails while the pair stands, and leads clients back once it is collapsed', async () => {
  const stage = new RecordStage();
  const records = await applicationOf(stage);
  await stage.create();
  await stage.setWeights(0, 100);
  await expect(records.deploy(application('owned', 'BLUE.example'))).rejects.toThrow(
    'cannot be created as other RRSets exist with the same name and type',
  );
  await stage.delete();
  await records.deploy(application('owned', 'BLUE.example'));
  expect(await stage.records()).toEqual(['simple CNAME BLUE.example 300']);
});
