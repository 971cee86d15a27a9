import { callsIn } from '../night/observed';
import { confirmed, type Probe, refuted } from './probe';

export const sfnSdkJavaNames: Probe = {
  fact: 'sfn-sdk-java-names',
  observe(night) {
    const calls = callsIn(night);
    const refused = calls.filter(
      ({ error, cause = '' }) => error === 'States.Runtime' || cause.includes('not supported'),
    );
    const kinds = new Set(calls.map(({ service, action }) => `${service}:${action}`));
    return refused.length === 0
      ? confirmed(`${calls.length} calls of ${kinds.size} actions were taken as they are spelt.`)
      : refuted(refused.map(({ state, error, cause }) => `${state}: ${error}: ${cause}`).join('; '));
  },
};
