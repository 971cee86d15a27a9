import { REGION } from '../../lib/migration-under-test';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing } from '../../rehearsal/aws/test-environment';
import { buildProgram, type Deployed, deployed, type InAccount, inAccount, type Ran, run } from './deployed-migration';
import { CURRENT, plugin } from './scripted-plugin';

afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

interface Where extends InAccount {
  readonly path?: string;
}

function connect(there: Deployed, args: readonly string[], { path = plugin(CURRENT).path, ...account }: Where = {}) {
  const started = (environment: Readonly<Record<string, string>>): Promise<Ran> =>
    run(program, ['connect', 'sessions', ...args], { ...environment, PATH: path });
  return inAccount(there, started, { online: [hostOf(there)], ...account });
}

const hostOf = ({ assembly }: Deployed) => String(assembly.resources('AWS::EC2::Instance')[0]?.physicalId);

const documentsOf = ({ assembly }: Deployed) =>
  assembly.resources('AWS::SSM::Document').map(({ physicalId }) => String(physicalId));

const PLAIN = deployed();
const FORWARDING = deployed({ host: { portForwarding: true } });

test('opens the logged shell on the host, and ends with what the plugin ends with', async () => {
  const there = PLAIN;
  const used = plugin(CURRENT);
  const { code, problem } = await connect(there, [], { path: used.path });
  expect([code, problem]).toEqual([7, '']);
  const { args, session } = used.started();
  const [environment, region, operation, profile, request, endpoint] = args;
  expect([environment, region, operation, profile]).toEqual([
    'AWS_SSM_START_SESSION_RESPONSE',
    REGION,
    'StartSession',
    '',
  ]);
  expect(JSON.parse(String(request))).toEqual({
    Target: hostOf(there),
    DocumentName: documentsOf(there)[0],
    Reason: 'cutover connect sessions',
  });
  expect(endpoint).toBe(`https://ssm.${REGION}.amazonaws.com/`);
  expect(session.TokenValue).toMatch(/^[0-9a-f]{64}$/);
  // Every process of the machine could read it there.
  expect(args.join()).not.toContain(session.TokenValue);
});

test('leads a port of this machine to a side, and nowhere else', async () => {
  const there = FORWARDING;
  const used = plugin(CURRENT);
  await connect(there, ['green', '--local-port', '16379'], { path: used.path });
  const request = JSON.parse(String(used.started().args[4]));
  expect(request).toMatchObject({ Target: hostOf(there), Parameters: { localPortNumber: ['16379'] } });
  const document = there.assembly
    .resources('AWS::SSM::Document')
    .find(({ physicalId }) => physicalId === request.DocumentName);
  // AWS's own document lets the caller name the host.
  expect(document?.property('Content')).toEqual({
    schemaVersion: '1.0',
    description: expect.stringMatching(/ leads to green, /),
    sessionType: 'Port',
    parameters: { localPortNumber: expect.objectContaining({ default: '0' }) },
    properties: {
      type: 'LocalPortForwarding',
      host: expect.stringMatching(/./),
      portNumber: '6379',
      localPortNumber: '{{ localPortNumber }}',
    },
  });
});

test('looks days before whether somebody can, and leaves no session behind', async () => {
  const there = FORWARDING;
  for (const side of [[], ['blue'], ['green']]) {
    const { code, out, problem } = await connect(there, [...side, '--check', '--json']);
    expect([code, problem]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({
      plugin: CURRENT,
      instance: hostOf(there),
      document: expect.stringMatching(/./),
      session: 'opened, and ended again',
    });
  }
});

const may = (...actions: readonly string[]) =>
  allowing(...actions.map((Action) => ({ Effect: 'Allow' as const, Action, Resource: '*' })));
const READS = ['ssm:GetParameters', 'states:ListTagsForResource', 'cloudformation:DescribeStackResource'];

test.each<[string, readonly string[], Where, RegExp]>([
  ['has no plugin', [], { path: '/nowhere' }, /plugin is not on PATH \(session-manager-plugin\)\. Install it: /],
  [
    'has a plugin that would show the token',
    ['--check'],
    { path: plugin('1.2.497.0').path },
    /is of version 1\.2\.497\.0; accepted are 1\.2\.536\.0 and later/,
  ],
  ['has a plugin of no version', [], { path: plugin('unknown').path }, /is of version unknown; accepted are /],
  ['may not read the manifest', [], { by: may('ssm:GetParameters') }, /as grantOperate allows\./],
  [
    'may not open a session',
    ['--check'],
    { by: may(...READS) },
    /not authorized to perform: ssm:StartSession.*migration\.host\.grantConnect\(role\); then deploy/,
  ],
  [
    'finds the host away',
    [],
    { online: [] },
    /^cutover: The SSM agent of the host i-\w+ is not connected: .*ssmmessages.*cutover status sessions/,
  ],
  [
    'asks for a port that nobody deployed',
    ['blue'],
    {},
    /sessions has no ports to connect to: .* host: \{ portForwarding: true \} and deploy/,
  ],
  ['asks for a port of a shell', ['--local-port', '7000'], {}, /--local-port: a shell has no port/],
  ['asks for a port that is none', ['blue', '--local-port', '70000'], {}, /from 1 to 65535/],
  ['asks for a session as JSON', ['--json'], {}, /--json: a session prints no JSON\. Add --check/],
  ['asks for a third side', ['red'], {}, /Allowed choices are blue, green/],
])('who %s is told so', async (_what, args, where, said) => {
  const { code, out, problem } = await connect(PLAIN, args, where);
  expect([code, out]).toEqual([1, '']);
  expect(problem).toMatch(said);
});

test('one that does not say how to connect is not guessed at', async () => {
  const there = deployed({}, (manifest) => {
    const { sessions: _sessions, ...host } = manifest.host as Record<string, unknown>;
    return { ...manifest, host };
  });
  const { code, problem } = await connect(there, []);
  expect(code).toBe(1);
  expect(problem).toMatch(
    /an? version of cdk-cutover that does not say how to connect\. Deploy its stack with this one/,
  );
});

test('a session that cannot be ended is told, and no failure: nobody is connected to it', async () => {
  const by = may(...READS, 'ssm:StartSession');
  const { code, out } = await connect(PLAIN, ['--check'], { by });
  expect(code).toBe(0);
  expect(out).toMatch(/session +opened as \S+, and not ended \(.*ssm:TerminateSession.*\): it ends by itself/);
});
