import { confirmed, type Probe, refusalOf, refuted } from './probe';
import { authorize, revoke } from './scratch-rule';

export const ec2DuplicateRule: Probe = {
  fact: 'ec2-duplicate-rule',
  async observe(night) {
    await authorize(night);
    try {
      const refusal = await refusalOf(authorize(night));
      return refusal === 'InvalidPermission.Duplicate'
        ? confirmed('The same rule again was refused with InvalidPermission.Duplicate.')
        : refuted(`The same rule again was answered with ${refusal ?? 'success'}.`);
    } finally {
      await revoke(night);
    }
  },
};
