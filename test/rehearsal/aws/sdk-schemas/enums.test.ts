import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkSdkTask, findSdkService } from '../../../../rehearsal/aws/sdk-schemas';
import { ENUM_MEMBERS } from '../../../../rehearsal/aws/sdk-schemas/enums';

const PACKAGES: Record<string, string> = {
  applicationautoscaling: 'application-auto-scaling',
  elasticloadbalancingv2: 'elastic-load-balancing-v2',
  route53: 'route-53',
};

function declarations(identifier: string): string {
  const manifest = require.resolve(`@aws-sdk/client-${PACKAGES[identifier] ?? identifier}/package.json`);
  const models = join(dirname(manifest), 'dist-types/models');
  return readdirSync(models)
    .filter((file) => file.startsWith('models_'))
    .map((file) => readFileSync(join(models, file), 'utf8'))
    .join('\n')
    .replace(/\/\*\*[\s\S]*?\*\//g, '');
}

test.each(
  Object.entries(ENUM_MEMBERS).flatMap(([service, members]) =>
    Object.entries(members).map(([member, enumName]) => [service, member, enumName] as const),
  ),
)("%s %s takes its values from %s, by the SDK's own declarations", async (identifier, member, enumName) => {
  const [structure, name] = member.split('.');
  const [, declaration] =
    new RegExp(`export interface ${structure} \\{([\\s\\S]*?)\\n\\}`).exec(declarations(identifier)) ?? [];
  expect(declaration).toMatch(new RegExp(`\\s${name}\\??: ${enumName}(\\[\\])?( \\| undefined)?;`));
  expect(await findSdkService(identifier)?.load()).toHaveProperty(enumName);
});

test('a value outside an enumeration is refused with the accepted ones', async () => {
  const [problem, ...others] = await checkSdkTask('arn:aws:states:::aws-sdk:sfn:listExecutions', {
    StateMachineArn: 'arn',
    StatusFilter: 'STOPPED',
  });
  expect(problem?.message).toContain('Got "STOPPED"; accepted are ABORTED, FAILED, PENDING_REDRIVE, RUNNING');
  expect(others).toEqual([]);
});

test('lists of enumerated values are checked one by one', async () => {
  const describe = (AlarmTypes: unknown) =>
    checkSdkTask('arn:aws:states:::aws-sdk:cloudwatch:describeAlarms', { AlarmTypes });
  expect(await describe(['MetricAlarm', '{% $type %}'])).toEqual([]);
  expect(await describe(['Metric'])).toMatchObject([{ kind: 'wrong-value', path: 'AlarmTypes' }]);
});
