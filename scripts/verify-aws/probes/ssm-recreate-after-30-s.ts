import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { namesOf } from '../app/scenario';
import { confirmed, type Probe, refusalOf, timeUntil, unseen } from './probe';

/** Both ways are allowed for. What is seen here is which one AWS takes. */
export const ssmRecreateAfter30S: Probe = {
  fact: 'ssm-recreate-after-30-s',
  async observe(night) {
    const { ssm } = night.clients;
    const Name = `/cdk-cutover/${namesOf(night.scenario).migration}/scratch`;
    const put = () => refusalOf(ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: 'x' })));
    await put();
    await ssm.send(new DeleteParameterCommand({ Name }));
    const refusal = await put();
    const afterMs = refusal === undefined ? 0 : await timeUntil(night, async () => (await put()) === undefined);
    await refusalOf(ssm.send(new DeleteParameterCommand({ Name })));
    return refusal === undefined
      ? unseen('A parameter was created again at once after it had been deleted.')
      : confirmed(`Creating it again was refused with ${refusal} for ${Math.round((afterMs ?? 0) / 1_000)} s.`);
  },
};
