import { encodeCommand } from '../protocol/encode';
import { type Expectation, type Look, OwnCommand } from '../protocol/in-flight';
import { BlockingCommand } from './blocking';
import { idOf } from './client-ids';
import { connectionRule, unseen } from './connection-rules';
import type { KnownCommand } from './kinds';
import { type Carried, once, PASS, type Rule } from './rule';
import { cursorForServer, headForClient } from './scan-cursor';
import { subscriptionRule } from './subscription-rules';
import { transactionRule } from './transaction-rules';

const lower = (element: Buffer | undefined) => (element ?? Buffer.alloc(0)).toString('latin1').toLowerCase();

/** What becomes of a command that is more than its bytes. */
export function ruleOf({ name, kind }: KnownCommand, elements: readonly Buffer[], carried: Carried): Rule {
  switch (kind) {
    case 'connection':
      return connectionRule(name, elements, carried);
    case 'transaction':
      return transactionRule(name, elements, carried);
    case 'subscription':
      return subscriptionRule(name, elements, carried);
    case 'blocking':
      return blockingRule(name, elements, carried);
    case 'iteration':
      return iterationRule(name, elements, carried);
    case 'script':
      return scriptRule(name, elements, carried);
    case 'silent':
      return { expectation: marking(name, elements, carried) };
    default:
      return unseen(name.toUpperCase(), carried);
  }
}

function blockingRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  const marks = name === 'xreadgroup' ? marking(name, elements, carried) : undefined;
  const { sending } = carried;
  if (sending !== undefined) {
    // Between MULTI and EXEC nothing blocks; whether the server is there, only its replies say.
    if (!sending.confirmed) return { afterReplies: true };
    return marks === undefined ? PASS : { expectation: marks };
  }
  const command = BlockingCommand.of(
    name,
    elements.map((element) => Buffer.from(element)),
  );
  if (command === undefined) return marks === undefined ? PASS : { expectation: marks };
  carried.blocked = command;
  const rule = { alone: true, expectation: new Served(command, carried, marks) };
  if (carried.id !== undefined || carried.idAsked) return rule;
  carried.idAsked = true;
  // To be taken off again, it must be known by its id (since 5.0; an older server refuses, and that is all).
  const expectation = new OwnCommand((reply) => {
    carried.id = idOf(reply);
  });
  return { ...rule, before: { command: encodeCommand('CLIENT', 'ID'), expectation } };
}

/** The reply to a command that blocks: nil while the relay takes it off is no answer for the client. */
export class Served implements Expectation {
  /** The server did not serve it before it was taken off. */
  unserved = false;

  constructor(
    private readonly command: BlockingCommand,
    private readonly carried: Carried,
    private readonly marks?: Expectation,
  ) {}

  look(): Look {
    return this.carried.unblocking ? 'line' : 'first';
  }

  settle(seen: Buffer): Buffer | undefined {
    if (this.carried.unblocking && this.command.unserved(seen.toString('latin1').trimEnd())) {
      this.unserved = true;
      return Buffer.alloc(0);
    }
    this.carried.blocked = undefined;
    return undefined;
  }

  confirm(): void {
    this.marks?.confirm?.();
  }

  lost(): void {
    this.marks?.lost?.();
  }
}

function iterationRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  const place = name === 'scan' ? 1 : 2;
  const cursor = elements[place];
  const forServer = cursor && cursorForServer(cursor, carried.side);
  const forward =
    forServer && encodeCommand(...elements.map((element, i) => (i === place ? forServer : Buffer.from(element))));
  return {
    ...(forward === undefined ? {} : { forward }),
    ...(carried.side === 'blue' || carried.sending !== undefined
      ? {}
      : { expectation: { look: () => 'head' as const, settle: (head: Buffer) => headForClient(head, carried.side) } }),
  };
}

function scriptRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  const { scripts } = carried.shared;
  const [, first, second] = elements;
  if (name === 'script') {
    if (lower(first) === 'load' && second !== undefined) scripts.met(second);
    return lower(first) === 'flush' ? { expectation: once(() => scripts.flush()) } : PASS;
  }
  if (first === undefined) return PASS;
  if (name === 'eval' || name === 'eval_ro') {
    scripts.met(first);
    return PASS;
  }
  const digest = lower(first);
  return scripts.knows(digest) ? PASS : { expectation: once(() => scripts.ran(digest)) };
}

/** Marks what a command changes without an event; also where its reply is never read. */
function marking(name: string, elements: readonly Buffer[], { state, shared }: Carried): Expectation {
  const { touched } = shared;
  const keys = keysOf(name, elements).map((key) => Buffer.from(key));
  const databases = name === 'swapdb' ? elements.slice(1, 3).map((element) => Number(String(element))) : [];
  const confirm = () => {
    if (name === 'flushall') touched.database('all');
    else if (name === 'flushdb') touched.database(state.database);
    for (const database of databases) touched.database(database);
    for (const key of keys) touched.key(state.database, key);
  };
  return { ...once(confirm), lost: confirm };
}

function keysOf(name: string, elements: readonly Buffer[]): readonly Buffer[] {
  if (name === 'flushall' || name === 'flushdb' || name === 'swapdb') return [];
  if (name === 'migrate') return keysOfMigrate(elements);
  if (name !== 'xreadgroup') return elements.slice(1, 2);
  const streams = elements.findIndex((element, i) => i > 3 && lower(element) === 'streams');
  return streams < 0 ? [] : elements.slice(streams + 1, streams + 1 + (elements.length - streams - 1) / 2);
}

/** Of one key, or of those behind KEYS, where it is empty. */
function keysOfMigrate(elements: readonly Buffer[]): readonly Buffer[] {
  const [key] = elements.slice(3, 4);
  if (key === undefined || key.length > 0) return elements.slice(3, 4);
  const keys = elements.findIndex((element, i) => i > 5 && lower(element) === 'keys');
  return keys < 0 ? [] : elements.slice(keys + 1);
}
