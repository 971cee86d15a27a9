import { confirmed, type Probe, timeUntil, unseen } from './probe';
import { authorize, revoke, rulesSeen } from './scratch-rule';

const ROUNDS = 5;

/** A look that is current proves nothing; one that is not, all. */
export const ec2EventualConsistency: Probe = {
  fact: 'ec2-eventual-consistency',
  async observe(night) {
    const late: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await authorize(night);
      late.push((await timeUntil(night, async () => (await rulesSeen(night)) === 1)) ?? night.pace.patienceMs);
      await revoke(night);
      late.push((await timeUntil(night, async () => (await rulesSeen(night)) === 0)) ?? night.pace.patienceMs);
    }
    const longest = Math.max(...late);
    // A first look takes less than that.
    return longest > 1_000
      ? confirmed(`Of ${late.length} changes one was seen only after ${Math.round(longest / 1_000)} s.`)
      : unseen(`All of ${late.length} changes were seen by the first look.`);
  },
};
