import { loadAssembly } from '../../../../rehearsal/assembly';
import { commandDocument } from '../../../../rehearsal/aws/ssm/document';
import { parameterValues } from '../../../../rehearsal/aws/ssm/document-parameters';
import { Documents, documentsOf } from '../../../../rehearsal/aws/ssm/documents';
import { shellScript } from '../../../../rehearsal/aws/ssm/shell-script';
import { removeTemporaryFolders, writeAssembly } from '../../assembly/written-assembly';

afterAll(removeTemporaryFolders);

const NEW_AGENT = '3.3.2746.0';
const OLD_AGENT = '3.2.815.0';

const content = (parameters: object, runCommand: readonly string[] = ['true'], step: object = {}) => ({
  schemaVersion: '2.2',
  parameters,
  mainSteps: [{ action: 'aws:runShellScript', name: 'stop', inputs: { runCommand }, ...step }],
});

const PROGRAM = { type: 'String', allowedPattern: '^[a-z-]+$', interpolationType: 'ENV_VAR' };

describe('a script', () => {
  const document = commandDocument(
    'stop',
    content({ program: PROGRAM, mode: { type: 'String', default: 'wait' } }, [
      'supervisorctl stop "$SSM_program"',
      'echo {{ mode }} {{other}}',
    ]),
  );
  const values = parameterValues(document, { program: ['queue-watcher'] });

  test('finds a parameter in its environment where the document says so, and pasted otherwise', () => {
    expect(shellScript(document, values, NEW_AGENT)).toEqual({
      text: 'supervisorctl stop "$SSM_program"\necho wait {{other}}\n',
      environment: { SSM_program: 'queue-watcher' },
      workingDirectory: '',
      timeoutSeconds: 3600,
    });
  });

  test('of an older agent has nothing in its environment', () => {
    expect(shellScript(document, values, OLD_AGENT).environment).toEqual({});
    expect(shellScript(document, values, '4.0.0.0').environment).toEqual({ SSM_program: 'queue-watcher' });
  });

  test('of AWS-RunShellScript is every command on a line of its own', () => {
    const own = new Documents([]).require('arn:aws:ssm:eu-west-1::document/AWS-RunShellScript');
    const given = parameterValues(own, { commands: ['id', 'exit 3'], executionTimeout: ['5'] });
    expect(shellScript(own, given, NEW_AGENT)).toMatchObject({ text: 'id\nexit 3\n', timeoutSeconds: 5 });
  });
});

describe('parameters', () => {
  const document = commandDocument(
    'stop',
    content({
      program: PROGRAM,
      seconds: { type: 'Integer', default: 5 },
      state: { type: 'String', default: 'up', allowedValues: ['up', 'down'] },
      name: { type: 'String', default: 'ab', minChars: 2, maxChars: 3 },
      hosts: { type: 'StringList', default: [], maxItems: 1 },
    }),
  );

  test.each([
    [{}, 'Missing required parameters: program'],
    [{ program: ['a; rm -rf /'] }, 'does not match the allowedPattern ^[a-z-]+$'],
    [{ program: ['a', 'b'] }, 'takes one value; got 2'],
    [{ program: ['a'], seconds: ['soon'] }, 'is no Integer'],
    [{ program: ['a'], state: ['left'] }, 'none of up, down'],
    [{ program: ['a'], name: ['abcd'] }, 'must have 2 to 3 characters; it has 4'],
    [{ program: ['a'], hosts: ['a', 'b'] }, 'takes 0 to 1 items; got 2'],
  ])('%j are refused before anything is sent', (given, message) => {
    expect(() => parameterValues(document, given)).toThrow(
      expect.objectContaining({ code: 'InvalidParameters', message: expect.stringContaining(message) }),
    );
  });

  test('a pattern without ^ and $ lets a command pass', () => {
    const loose = commandDocument('loose', content({ program: { type: 'String', allowedPattern: '[a-z-]+' } }));
    expect(parameterValues(loose, { program: ['a; reboot'] })).toEqual({ program: 'a; reboot' });
  });
});

test.each([
  [{ ...content({}), schemaVersion: '2.3' }, 'InvalidDocumentSchemaVersion', '"2.3"'],
  [{ schemaVersion: '2.2' }, 'InvalidDocumentContent', 'no mainSteps'],
  [content({ program: {} }), 'InvalidDocumentContent', 'needs a type'],
  [content({ 'my-program': PROGRAM }), 'InvalidDocumentContent', 'my-program'],
  [
    content({ n: { type: 'Integer', interpolationType: 'ENV_VAR' } }),
    'InvalidDocumentContent',
    'String parameters alone',
  ],
  [content({ program: { ...PROGRAM, allowedPattern: '(' } }), 'InvalidDocumentContent', 'no regular expression'],
  [content({}, ['x'.repeat(65_536)]), 'MaxDocumentSizeExceeded', 'at most 65536'],
])('%.80j is no document', (given, code, message) => {
  expect(() => commandDocument('stop', given)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test.each([
  content({}, ['true'], { onFailure: 'exit' }),
  content({ limits: { type: 'StringMap' } }),
  content({ program: { type: 'String', default: '{{ssm:program}}' } }),
])('%.90j ends the rehearsal instead of being run otherwise than on AWS', (given) => {
  expect(() => commandDocument('stop', given)).toThrow('cannot be rehearsed');
});

test('the account has the Command documents of the assembly, and understands those that are run', () => {
  const Properties = { Name: 'stop', DocumentType: 'Command', Content: content({}) };
  const assembly = loadAssembly(
    writeAssembly({
      App: {
        Resources: {
          Stop: { Type: 'AWS::SSM::Document', Properties },
          Windows: { Type: 'AWS::SSM::Document', Properties: { Name: 'windows', Content: { schemaVersion: '1.2' } } },
          Shell: { Type: 'AWS::SSM::Document', Properties: { DocumentType: 'Session', Content: {} } },
        },
      },
    }),
  );
  const [stop, windows, ...others] = documentsOf(assembly);
  expect([stop?.name, windows?.name, others]).toEqual(['stop', 'windows', []]);
  expect(stop?.step.lines).toEqual(['true']);
  expect(() => windows?.step).toThrow('cannot be rehearsed');
});
