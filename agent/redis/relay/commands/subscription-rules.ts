import { contentOf, elementsOf, MINUS } from '../protocol/bytes';
import type { Expectation, Look } from '../protocol/in-flight';
import type { Subscribed } from '../state/connection-state';
import { unseen } from './connection-rules';
import type { Carried, Rule } from './rule';

const OF: Readonly<Record<string, Subscribed>> = {
  subscribe: 'channels',
  unsubscribe: 'channels',
  psubscribe: 'patterns',
  punsubscribe: 'patterns',
  ssubscribe: 'shards',
  sunsubscribe: 'shards',
};

export function subscriptionRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  // EXEC's answer would have confirmations among its elements, and more than it announces.
  if (carried.sending !== undefined) return unseen('SUBSCRIBE', carried);
  return { expectation: new Confirmations(name, elements.length - 1, carried) };
}

/** One confirmation comes for each channel, and one for none where all are left and there were none. */
class Confirmations implements Expectation {
  private due: number | undefined;

  constructor(
    private readonly command: string,
    channels: number,
    private readonly carried: Carried,
  ) {
    this.due = channels > 0 ? channels : undefined;
  }

  look(): Look {
    return 'whole';
  }

  more(): boolean {
    return this.due !== 0;
  }

  settle(reply: Buffer): undefined {
    if (reply[0] === MINUS) {
      this.due = 0;
      return undefined;
    }
    const names = this.carried.state.subscriptions[OF[this.command] ?? 'channels'];
    this.due = (this.due ?? Math.max(1, names.size)) - 1;
    const [kind, channel] = elementsOf(reply);
    if (kind === undefined || channel === undefined || channel[0] !== 36 || channel[1] === MINUS) return undefined;
    const name = contentOf(channel).toString('latin1');
    if (contentOf(kind).toString('latin1').includes('unsubscribe')) names.delete(name);
    else names.add(name);
    return undefined;
  }
}
