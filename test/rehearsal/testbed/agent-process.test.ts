import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess } from '../../../rehearsal/testbed/agent-process';

/** In the place of the agent: says what it was given, and asks AWS once. */
const PROGRAM = `
const { readFileSync } = require('node:fs');
const say = (said) => console.log(JSON.stringify(said));
say({ variables: Object.keys(process.env), limits: readFileSync('/proc/self/limits', 'utf8'), args: process.argv.slice(2) });
const { SSMClient, GetParameterCommand } = require(${JSON.stringify(require.resolve('@aws-sdk/client-ssm'))});
new SSMClient().send(new GetParameterCommand({ Name: 'x' })).then(say, (error) => say({ failed: error.name }));
setInterval(() => undefined, 1000);
`;

const folder = mkdtempSync(join(tmpdir(), 'agent-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the agent of a rehearsal has made-up credentials alone, asks the rehearsal, and leaves no core file', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"ParameterNotFound"}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const program = join(folder, 'agent.js');
  writeFileSync(program, PROGRAM);
  // As a laptop is that works with AWS: none of it is the agent's.
  const own = { AWS_PROFILE: 'production', AWS_CONFIG_FILE: join(folder, 'config'), HOME: folder };
  writeFileSync(
    own.AWS_CONFIG_FILE,
    '[profile production]\nregion = eu-central-1\nignore_configured_endpoint_urls = true\n',
  );
  const before = { ...process.env };
  Object.assign(process.env, own);
  const lines: string[] = [];
  const agent = await AgentProcess.start({
    program,
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAMADEUP', secretAccessKey: 'made-up', sessionToken: 'made-up' },
    configurationParameter: '/cdk-cutover/x/configuration',
    reach: '{}',
    journalParameter: '/cdk-cutover/x/journal',
    activityArn: 'arn:aws:states:eu-west-1:111122223333:activity:x',
    onLine: (line) => lines.push(line),
  });
  try {
    while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const [given, answer] = lines.map((line) => JSON.parse(line));
    expect(given.args).toEqual(['worker']);
    expect(given.limits).toMatch(/^Max core file size +0 +0 /m);
    expect(given.variables.filter((name: string) => ['HOME', 'AWS_PROFILE'].includes(name))).toEqual([]);
    expect(answer).toEqual({ failed: 'ParameterNotFound' });
    expect(asked).toEqual([expect.stringContaining('Credential=AKIAMADEUP/')]);
  } finally {
    process.env = before;
    await agent.stop();
    server.close();
    server.closeAllConnections();
  }
});
