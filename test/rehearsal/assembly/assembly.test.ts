// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation’s own placeholders.
import { loadAssembly } from '../../../rehearsal/assembly';
import { removeTemporaryFolders, temporaryFolder, writeAssembly } from './written-assembly';

afterAll(removeTemporaryFolders);

test('a folder without a manifest is refused with what to do', () => {
  const folder = temporaryFolder();
  expect(() => loadAssembly(folder)).toThrow(
    `No cloud assembly in ${folder}: it has no manifest.json. Run "cdk synth"`,
  );
});

test('an assembly without a stack is refused', () => {
  expect(() => loadAssembly(writeAssembly({}))).toThrow('holds no stack');
});

test('an assembly without what is asked for says what it has', () => {
  const assembly = loadAssembly(writeAssembly({ App: { Resources: { T: { Type: 'AWS::SNS::Topic' } } } }));
  expect(() => assembly.stateMachines()).toThrow('has no AWS::StepFunctions::StateMachine; it has AWS::SNS::Topic.');
  expect(() => assembly.role('arn:aws:iam::1:role/x')).toThrow('has no role arn:aws:iam::1:role/x');
});

test('stacks see each other by exports and by outputs', () => {
  const topicOf = (value: object) => ({
    Resources: { P: { Type: 'AWS::SSM::Parameter', Properties: { Value: value } } },
  });
  const assembly = loadAssembly(
    writeAssembly({
      Base: {
        Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 't' } } },
        Outputs: { TopicArn: { Value: { Ref: 'Topic' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:topic' } } } },
      },
      Strong: topicOf({ 'Fn::ImportValue': 'Base:topic' }),
      Weak: topicOf({ 'Fn::GetStackOutput': { StackName: 'Base', OutputName: 'TopicArn' } }),
    }),
  );
  const values = assembly.resources('AWS::SSM::Parameter').map((parameter) => parameter.property('Value'));
  expect(values).toEqual(['arn:aws:sns:eu-west-1:111122223333:t', 'arn:aws:sns:eu-west-1:111122223333:t']);
});

test('attributes of a custom resource are what is given for them, and nothing else', () => {
  const template = {
    Resources: {
      Record: { Type: 'Custom::CutoverRecord', Properties: { ServiceToken: 'arn', Ttl: 5 } },
      P: { Type: 'AWS::SSM::Parameter', Properties: { Value: { 'Fn::GetAtt': ['Record', 'Serving'] } } },
    },
  };
  const value = (serving: string | undefined) =>
    loadAssembly(writeAssembly({ App: template }), {
      customResourceAttribute: (resource, attribute) =>
        resource.type === 'Custom::CutoverRecord' && attribute === 'Serving' ? serving : undefined,
    })
      .resources('AWS::SSM::Parameter')[0]
      ?.property('Value');
  expect(value('blue')).toBe('blue');
  expect(() => value(undefined)).toThrow(
    'Nobody gives the attribute Serving of the custom resource App/Record (Custom::CutoverRecord).',
  );
});

test('a definition may stand in an asset, with substitutions', () => {
  const definition = { StartAt: 'Notify', States: { Notify: { Type: 'Pass', Result: '${topic}', End: true } } };
  const folder = writeAssembly(
    {
      App: {
        Resources: {
          Machine: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              RoleArn: 'arn:role',
              DefinitionS3Location: { Bucket: 'b', Key: 'abc.json' },
              DefinitionSubstitutions: { topic: { Ref: 'AWS::Region' } },
            },
          },
        },
      },
    },
    {
      'definition.json': JSON.stringify(definition),
      'assets.json': JSON.stringify({
        files: {
          abc: {
            source: { path: 'definition.json', packaging: 'file' },
            destinations: { d: { objectKey: 'abc.json' } },
          },
        },
      }),
    },
  );
  const [machine] = loadAssembly(folder).stateMachines();
  expect(machine?.definition).toMatchObject({ States: { Notify: { Result: 'eu-west-1' } } });
  expect(machine?.type).toBe('STANDARD');
});

test('a definition that is no JSON is refused', () => {
  const folder = writeAssembly({
    App: {
      Resources: { M: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{"StartAt"' } } },
    },
  });
  expect(() => loadAssembly(folder).stateMachines()).toThrow('The definition of App/M is no JSON');
});
