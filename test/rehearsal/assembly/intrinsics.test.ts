// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation’s own placeholders.
import { loadAssembly } from '../../../rehearsal/assembly';
import { removeTemporaryFolders, writeAssembly } from './written-assembly';

afterAll(removeTemporaryFolders);

/** The value of a property of a lone parameter, resolved. */
function resolve(value: unknown, template: object = {}): unknown {
  const resources = { P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/p', Type: 'String', Value: value } } };
  const folder = writeAssembly({ App: { ...template, Resources: { ...resources, ...resourcesOf(template) } } });
  return loadAssembly(folder).resources('AWS::SSM::Parameter')[0]?.property('Value');
}

const resourcesOf = (template: { Resources?: object }) => template.Resources ?? {};

const securityGroup = { Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: 'vpc-1' } } } };

test.each([
  [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-eu-west-1-1'],
  [{ 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
  [{ 'Fn::Sub': '${AWS::AccountId}/${!AWS::Region}' }, '111122223333/${AWS::Region}'],
  [{ 'Fn::Sub': ['${x}:${AWS::Partition}', { x: { Ref: 'AWS::URLSuffix' } }] }, 'amazonaws.com:aws'],
  [{ 'Fn::ToJsonString': { a: [{ Ref: 'AWS::StackName' }] } }, '{"a":["App"]}'],
  [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
  [{ 'Fn::Length': [1, 2] }, 2],
  [{ 'Fn::Select': ['0', { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
  [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
  ['{{resolve:secretsmanager:x}}', '{{resolve:secretsmanager:x}}'],
])('%j resolves', (value, expected) => {
  expect(resolve(value)).toEqual(expected);
});

test('attributes are found by both spellings of Fn::GetAtt and by Fn::Sub, and are the same each time', () => {
  const id = resolve({ 'Fn::GetAtt': ['Group', 'GroupId'] }, securityGroup);
  expect(id).toMatch(/^sg-0[0-9a-f]{16}$/);
  expect(resolve({ 'Fn::GetAtt': 'Group.GroupId' }, securityGroup)).toBe(id);
  expect(resolve({ 'Fn::Sub': '${Group.GroupId}' }, securityGroup)).toBe(id);
  expect(resolve({ Ref: 'Group' }, securityGroup)).toBe(id);
  expect(resolve({ 'Fn::GetAtt': 'Group.VpcId' }, securityGroup)).toBe('vpc-1');
});

test('conditions choose values, and leave whole resources out', () => {
  const template = {
    Parameters: { Stage: { Type: 'String', Default: 'prod' } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
      Any: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    },
  };
  expect(resolve({ 'Fn::If': ['IsProd', 'a', 'b'] }, template)).toBe('a');
  expect(resolve({ 'Fn::If': ['IsTest', 'a', 'b'] }, template)).toBe('b');
  expect(resolve({ 'Fn::If': ['Both', 'a', 'b'] }, template)).toBe('b');
  expect(resolve({ 'Fn::If': ['Any', 'a', 'b'] }, template)).toBe('a');
  const group = { Type: 'AWS::EC2::SecurityGroup', Condition: 'IsTest', Properties: {} };
  expect(() => resolve({ Ref: 'Group' }, { ...template, Resources: { Group: group } })).toThrow(
    'The stack App has no resource or parameter Group.',
  );
});

test('mappings are looked up', () => {
  const template = { Mappings: { Images: { 'eu-west-1': { arm: 'ami-1' } } } };
  expect(resolve({ 'Fn::FindInMap': ['Images', { Ref: 'AWS::Region' }, 'arm'] }, template)).toBe('ami-1');
  expect(() => resolve({ 'Fn::FindInMap': ['Images', 'mars', 'arm'] }, template)).toThrow('Images has no mars.arm');
});

test('a parameter with an SSM type takes what SSM holds', () => {
  const parameter = (name: string) => ({
    Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: name } },
  });
  expect(resolve({ Ref: 'Image' }, parameter('/aws/service/ami-amazon-linux-latest/al2023'))).toMatch(/^ami-/);
  expect(() => resolve({ Ref: 'Image' }, parameter('/own/image'))).toThrow('takes its value from /own/image in SSM');
});

test.each([
  [{ 'Fn::Transform': { Name: 'AWS::Include' } }, 'The intrinsic function Fn::Transform is not supported.'],
  [{ Ref: 'Nobody' }, 'The stack App has no resource or parameter Nobody.'],
  [{ 'Fn::GetAtt': ['P', 'Color'] }, 'AWS::SSM::Parameter has no attribute Color here; known are Value, Type.'],
  [{ 'Fn::ImportValue': 'x' }, 'No stack of the assembly exports x.'],
  [{ 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'x' } }, 'The assembly has no stack Other.'],
  [{ 'Fn::Select': [3, ['a']] }, 'Fn::Select asks for item 3 of a list of 1.'],
  [{ 'Fn::If': ['Unknown', 1, 2] }, 'The stack App has no condition Unknown.'],
  [{ 'Fn::GetAtt': ['P', 'Value'] }, 'refers to itself'],
])('%j is refused', (value, message) => {
  expect(() => resolve(value)).toThrow(message);
});

test('an error says where in the template it stands', () => {
  expect(() => resolve({ Ref: 'Nobody' })).toThrow(/^App\/P\.Value: /);
});

test('a type that is not known is refused only where something refers to it', () => {
  const template = { Resources: { Thing: { Type: 'AWS::Unheard::Of', Properties: {} } } };
  expect(resolve('fine', template)).toBe('fine');
  expect(() => resolve({ Ref: 'Thing' }, template)).toThrow(
    'The resource type AWS::Unheard::Of (App/Thing) is referred to, and not known here.',
  );
});
