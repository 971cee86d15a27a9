import { confirmed, type Probe, refusalOf, refuted } from './probe';
import { revoke } from './scratch-rule';

export const ec2RevokeUnknownRule: Probe = {
  fact: 'ec2-revoke-unknown-rule',
  async observe(night) {
    const refusal = await refusalOf(revoke(night));
    return refusal === 'InvalidPermission.NotFound'
      ? confirmed('Revoking what is not there was refused with InvalidPermission.NotFound, in a VPC of its own.')
      : refuted(`Revoking what is not there was answered with ${refusal ?? 'success'}.`);
  },
};
