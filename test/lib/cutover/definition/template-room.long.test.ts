import { statSync } from 'node:fs';
import { App, aws_ec2 as ec2, aws_route53 as route53, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Pass, QueryLanguage, StateMachine, type StateMachineProps } from 'aws-cdk-lib/aws-stepfunctions';
import { DefinitionText } from '../../../../lib/cutover/definition/definition-text';
import {
  Cache,
  CacheConsistency,
  CacheEngine,
  CacheMigration,
  CacheNodeType,
  ReplicationGroup,
} from '../../../../lib/elasticache';
import { loadAssembly } from '../../../../rehearsal/assembly';

/** Migrations of so many caches in one stack, by number. */
function migrationsOf(numbers: readonly number[], suppressTemplateIndentation: boolean) {
  const app = new App();
  const stack = new Stack(app, 'Caches', { suppressTemplateIndentation });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
  const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'acme.internal' });
  const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
  for (const number of numbers) {
    const blue = Cache.fromAttributes(stack, `Blue${number}`, {
      cacheClusterId: `cache-${number}`,
      engine: CacheEngine.redis('6.2'),
      nodeType: CacheNodeType.of('cache.m6g.large'),
      endpointAddress: `cache-${number}.abcdef.0001.euw1.cache.amazonaws.com`,
      securityGroups: [group],
      parameterGroupName: 'old',
    });
    const green = new ReplicationGroup(stack, `Green${number}`, {
      vpc,
      engine: CacheEngine.valkey('8.1'),
      replaces: blue,
    });
    new CacheMigration(stack, `Migration${number}`, {
      ...{ vpc, blue, green, consistency: CacheConsistency.FENCED, record: { zone, recordName: `cache-${number}` } },
    });
  }
  const assembly = app.synth();
  const { templateFullPath, template } = assembly.getStackByName('Caches');
  const machines = Object.entries(template.Resources as Record<string, { Type: string; Properties: object }>)
    .filter(([id, { Type }]) => Type === 'AWS::StepFunctions::StateMachine' && !id.includes('Look'))
    .map(([, { Properties }]) => ('DefinitionString' in Properties ? 'template' : 'asset'));
  const definitions = new Map(
    loadAssembly(assembly.directory)
      .stateMachines()
      .map(({ logicalId, definition }) => [logicalId, definition]),
  );
  return { bytes: statSync(templateFullPath).size, machines, definitions };
}

test.each([
  [false, ['template', 'asset', 'asset']],
  [true, ['template', 'template', 'asset']],
] as const)('three migrations have room in one template (without its indentation: %s)', (suppress, machines) => {
  const together = migrationsOf([1, 2, 3], suppress);
  expect(together.bytes).toBeLessThanOrEqual(1_000_000);
  expect(together.machines).toEqual(machines);
  const alone = migrationsOf([3], suppress);
  expect(alone.machines).toEqual(['template']);
  for (const [id, definition] of alone.definitions) expect(together.definitions.get(id)).toEqual(definition);
});

test('what looks like a name of CloudFormation’s in a definition stays as it is', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const queue = new Queue(stack, 'Queue');
  const many = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`note ${index}`, 'x'.repeat(80)]));
  const said = { literal: `$${'{Queue}'} and $${'{AWS::Region}'}`, queue: queue.queueArn, ...many };
  new StateMachine(stack, 'Machine', definitionOf(new DefinitionText(Pass.jsonata(stack, 'Say', { outputs: said }))));
  const assembly = app.synth();
  const [machine] = loadAssembly(assembly.directory).stateMachines();
  expect(machine?.definition).toMatchObject({
    States: { Say: { Output: { literal: said.literal, queue: expect.stringMatching(/^arn:aws:sqs:/) } } },
  });
  expect(statSync(assembly.getStackByName('Stack').templateFullPath).size).toBeLessThan(10_000);
});

function definitionOf(definition: DefinitionText): StateMachineProps {
  const { substitutions } = definition;
  return { definitionBody: definition, definitionSubstitutions: substitutions, queryLanguage: QueryLanguage.JSONATA };
}
