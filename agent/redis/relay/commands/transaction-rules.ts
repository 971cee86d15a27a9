import { elementsOf, MINUS } from '../protocol/bytes';
import { encodeCommand } from '../protocol/encode';
import type { Expectation } from '../protocol/in-flight';
import { Transaction } from '../state/transaction';
import { type Carried, once, PASS, type Rule } from './rule';

/** MULTI and WATCH between MULTI and EXEC: the server refuses them, and the transaction goes on, up to 7.0 at least. */
const REFUSED: Rule = { expectation: { look: () => 'first', immediate: true } };

export function transactionRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  const { state } = carried;
  switch (name) {
    case 'multi':
      return carried.sending === undefined ? multi(carried) : REFUSED;
    case 'exec':
      if (carried.sending === undefined || elements.length !== 1) return PASS;
      return state.watchLost ? execOfLostWatch(carried) : end(carried);
    case 'discard':
      return carried.sending === undefined || elements.length !== 1 ? PASS : end(carried);
    case 'watch':
      return carried.sending === undefined
        ? {
            expectation: once(() => {
              state.watching = true;
            }),
          }
        : REFUSED;
    default:
      return { expectation: once(() => state.forgetWatch()) };
  }
}

function multi(carried: Carried): Rule {
  const transaction = new Transaction(carried.shared.transactionBytes);
  carried.sending = transaction;
  return {
    expectation: {
      look: () => 'first',
      settle: (seen) => {
        if (seen[0] !== MINUS) {
          transaction.confirmed = true;
          carried.replying = transaction;
        } else if (carried.sending === transaction) {
          carried.sending = undefined;
        }
        return undefined;
      },
    },
  };
}

/** EXEC or DISCARD as the client sent it. */
function end(carried: Carried): Rule {
  const transaction = carried.sending;
  carried.sending = undefined;
  const settle = (seen: Buffer) => {
    if (seen[0] === MINUS && !/^-(EXECABORT|ERR (EXEC|DISCARD) without MULTI)/.test(seen.toString('latin1', 0, 64))) {
      // Refused, by an access list for example: the server is still between MULTI and EXEC, and what was sent behind
      // it was queued, of which there is no copy.
      transaction?.lose();
      carried.sending ??= transaction;
      return undefined;
    }
    if (transaction?.hasEffects === true && seen[0] !== MINUS) transaction.executed(elementsOf(seen));
    carried.replying = undefined;
    carried.state.forgetWatch();
    return undefined;
  };
  return {
    expectation: { immediate: true, look: () => (transaction?.hasEffects === true ? 'whole' : 'line'), settle },
  };
}

/** What was watched stayed on the other side, and may have been changed since: the transaction does not take place. */
function execOfLostWatch(carried: Carried): Rule {
  if (!carried.drained) return { afterReplies: true };
  if (carried.sending?.aborted === true) return end(carried);
  carried.sending = undefined;
  const expectation: Expectation = {
    look: () => 'line',
    immediate: true,
    settle: (seen) => {
      carried.replying = undefined;
      carried.state.forgetWatch();
      if (seen[0] === MINUS) return undefined;
      return Buffer.from(carried.state.protocol === '3' ? '_\r\n' : '*-1\r\n');
    },
  };
  return { forward: encodeCommand('DISCARD'), expectation };
}
