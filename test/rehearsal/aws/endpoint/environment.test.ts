import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { anyone } from '../test-environment';

const PROGRAM = `
  const { SSMClient, PutParameterCommand } = require('@aws-sdk/client-ssm');
  new SSMClient().send(new PutParameterCommand({ Name: '/from/afar', Value: 'here', Type: 'String' }))
    .then(({ Version }) => console.log('version', Version));
`;

test('another process reaches the control plane by its environment alone', async () => {
  const environment = {
    account: '111122223333',
    region: 'eu-west-1',
    clock: systemClock,
    ids: new Identifiers('afar'),
  };
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) });
  const plane = new ControlPlane({ environment, services: [ssm] });
  const endpoint = new AwsEndpoint({ plane, onFault: (fault) => Promise.reject(fault) });
  const url = await endpoint.start();
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = endpoint.credentialsFor(anyone);
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '-e', PROGRAM], {
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: environment.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    });
    expect(stdout.trim()).toBe('version 1');
    expect(ssm.parameters.valueOf('/from/afar')).toBe('here');
  } finally {
    await endpoint.stop();
  }
});
