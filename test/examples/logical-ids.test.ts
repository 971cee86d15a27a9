import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { synthesized, type Template } from './example-under-test';

afterAll(removeTemporaryFolders);

const STATEFUL = [
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ParameterGroup',
  'AWS::ElastiCache::SubnetGroup',
  'AWS::EC2::SecurityGroup',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SSM::Parameter',
  'AWS::StepFunctions::Activity',
  'AWS::StepFunctions::StateMachine',
  'Custom::CutoverRecord',
];

function stateful({ Resources }: Template): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => STATEFUL.includes(Type))
      .map(([logicalId, { Type }]) => [logicalId, Type]),
  );
}

// Another id is another resource: CloudFormation would make a second one and delete, or abandon, the first.
test('what holds state in the shared cache keeps its logical ids', () => {
  const example = synthesized('shared-cache');
  expect(stateful(example.template('SharedCache'))).toEqual({
    Sessions8SecurityGroupAB73E210: 'AWS::EC2::SecurityGroup',
    Sessions8Parameters44121921: 'AWS::ElastiCache::ParameterGroup',
    Sessions8SubnetsA54015E7: 'AWS::ElastiCache::SubnetGroup',
    Sessions88109A078: 'AWS::ElastiCache::ReplicationGroup',
  });
  expect(stateful(example.template('SharedCacheMigration'))).toEqual({
    AnnouncementsFFD7F852: 'AWS::SNS::Topic',
    AnnouncementsKey3D59D39C: 'AWS::KMS::Key',
    CdkCutoverRecordProviderFrameworkLog62250CD3: 'AWS::Logs::LogGroup',
    CdkCutoverRecordProviderHandlerLog1403C2B8: 'AWS::Logs::LogGroup',
    SessionsAgentActivityD68CD062: 'AWS::StepFunctions::Activity',
    SessionsConfiguration39C1115B: 'AWS::SSM::Parameter',
    SessionsCutoverLog1DF4715F: 'AWS::Logs::LogGroup',
    SessionsCutoverName635462C2: 'AWS::SSM::Parameter',
    SessionsCutoverLookStateMachine8D843C03: 'AWS::StepFunctions::StateMachine',
    SessionsCutoverStateMachine5A617D93: 'AWS::StepFunctions::StateMachine',
    SessionsHostAgentLogB23638D0: 'AWS::Logs::LogGroup',
    SessionsHostNameF673A60F: 'AWS::SSM::Parameter',
    SessionsHostSecurityGroupE699B544: 'AWS::EC2::SecurityGroup',
    SessionsHostSessionsLogE3B00BFA: 'AWS::Logs::LogGroup',
    SessionsRecordBAD01F7E: 'Custom::CutoverRecord',
  });
});

test('what holds state in the example of Memcached keeps its logical ids', () => {
  expect(stateful(synthesized('memcached').template('Memcached'))).toMatchObject({
    Pages16SecurityGroup109516F6: 'AWS::EC2::SecurityGroup',
    Pages16Parameters27DBE1D5: 'AWS::ElastiCache::ParameterGroup',
    Pages16Subnets086EF452: 'AWS::ElastiCache::SubnetGroup',
    Pages1666797A09: 'AWS::ElastiCache::CacheCluster',
  });
});

test('what holds state in the pure cache keeps its logical ids', () => {
  expect(stateful(synthesized('pure-cache').template('PureCache'))).toEqual({
    Catalogue8E8355CE2: 'AWS::ElastiCache::ReplicationGroup',
    Catalogue8ParametersBC6CB711: 'AWS::ElastiCache::ParameterGroup',
    Catalogue8SecurityGroup81BF8F29: 'AWS::EC2::SecurityGroup',
    Catalogue8Subnets431032A3: 'AWS::ElastiCache::SubnetGroup',
    CatalogueAgentActivity98AC3B55: 'AWS::StepFunctions::Activity',
    CatalogueConfiguration1425BC45: 'AWS::SSM::Parameter',
    CatalogueCutoverLog6ECCD9A0: 'AWS::Logs::LogGroup',
    CatalogueCutoverName9D6C9093: 'AWS::SSM::Parameter',
    CatalogueCutoverLookStateMachine74D7B6E7: 'AWS::StepFunctions::StateMachine',
    CatalogueCutoverStateMachine9FD0CFD1: 'AWS::StepFunctions::StateMachine',
    CatalogueHostAgentLogE73C363C: 'AWS::Logs::LogGroup',
    CatalogueHostNameF5C57064: 'AWS::SSM::Parameter',
    CatalogueHostSecurityGroup40FF7FB7: 'AWS::EC2::SecurityGroup',
    CatalogueHostSessionsLog8E87BA1C: 'AWS::Logs::LogGroup',
    CatalogueRecord686C1F78: 'Custom::CutoverRecord',
    CdkCutoverRecordProviderFrameworkLog62250CD3: 'AWS::Logs::LogGroup',
    CdkCutoverRecordProviderHandlerLog1403C2B8: 'AWS::Logs::LogGroup',
  });
});

// The journal, the lock and the approval are not CloudFormation's: the state machine finds them by the migration's name.
test('a migration keeps its name, and with it what is still to be put back', () => {
  const names = ['shared-cache', 'pure-cache'].map((name) =>
    synthesized(name)
      .assembly.resources('AWS::SSM::Parameter')
      .map((parameter) => parameter.property('Name')),
  );
  expect(names).toEqual(
    ['SharedCacheMigration-Sessions-90EB0AF6', 'PureCache-Catalogue-3EDC7730'].map((migration) => [
      `/cdk-cutover/${migration}/configuration`,
      `/cdk-cutover/${migration}/host`,
      `/cdk-cutover/${migration}/state-machine`,
    ]),
  );
});

test('the new cache, its keys, and what people and the agent did on the night, outlive their stacks', () => {
  const retained = (template: Template) =>
    Object.entries(template.Resources)
      .filter(([, resource]) =>
        [resource.DeletionPolicy, resource.UpdateReplacePolicy].every((each) => each === 'Retain'),
      )
      .map(([logicalId]) => logicalId)
      .sort();
  const example = synthesized('shared-cache');
  expect(retained(example.template('SharedCache'))).toEqual([
    'Sessions88109A078',
    'Sessions8SecurityGroupAB73E210',
    'Sessions8SubnetsA54015E7',
  ]);
  expect(retained(example.template('SharedCacheMigration'))).toEqual([
    'AnnouncementsKey3D59D39C',
    'SessionsHostAgentLogB23638D0',
    'SessionsHostSessionsLogE3B00BFA',
  ]);
});
