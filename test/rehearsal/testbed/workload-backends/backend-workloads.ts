import { SecretValue, type Stack } from 'aws-cdk-lib';
import { Authorization, Connection, HttpMethod, HttpParameter } from 'aws-cdk-lib/aws-events';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type IWorkload, Workload } from '../../../../lib';

/** One of every kind that no service of AWS has, and a connection that none of them uses. */
export function backendWorkloads(stack: Stack): readonly IWorkload[] {
  const secret = (key: string) => SecretValue.secretsManager('datadog', { jsonField: key });
  const datadog = new Connection(stack, 'Datadog', {
    authorization: Authorization.apiKey('DD-API-KEY', secret('apiKey')),
    headerParameters: { 'DD-APPLICATION-KEY': HttpParameter.fromSecret(secret('applicationKey')) },
  });
  const shop = new Connection(stack, 'Shop', { authorization: Authorization.apiKey('x-api-key', secret('shop')) });
  new Connection(stack, 'Elsewhere', {
    authorization: Authorization.oauth({
      authorizationEndpoint: 'https://elsewhere.example/token',
      httpMethod: HttpMethod.POST,
      clientId: 'rehearsal',
      clientSecret: secret('client'),
    }),
  });
  const search = StateMachine.fromStateMachineName(stack, 'Search', 'pause-search');
  const mail = { url: 'https://shop.example/mail', method: 'PUT' };
  return [
    Workload.supervisorProgram({ program: 'queue-watcher', instances: { role: 'batch' }, keepRunning: 1 }),
    Workload.systemdUnit({ unit: 'mailer.service', instanceIds: ['i-0aaaaaaaaaaaaaaaa'] }),
    Workload.command({
      name: 'importer',
      instances: { role: 'batch' },
      stop: 'rm -rf /srv/importer/spool',
      start: 'mkdir -p /srv/importer/spool',
      isQuiet: 'test ! -e /srv/importer/spool',
    }),
    Workload.datadogMonitors({ connection: datadog, monitorIds: [7, 8], site: 'datadoghq.eu' }),
    Workload.httpHook({
      name: 'mail',
      connection: shop,
      stop: { ...mail, body: { paused: true } },
      start: { ...mail, body: { paused: false } },
      look: { url: mail.url, method: 'GET' },
      stoppedField: 'state.paused',
    }),
    Workload.stateMachine({ name: 'search', stop: search }),
  ];
}
