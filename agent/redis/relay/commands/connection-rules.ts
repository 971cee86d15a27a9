import { MINUS } from '../protocol/bytes';
import { encodeCommand } from '../protocol/encode';
import type { Expectation } from '../protocol/in-flight';
import { idOf } from './client-ids';
import { maintenanceRule } from './maintenance-rule';
import { type Carried, once, PASS, type Rule } from './rule';

const text = (element: Buffer | undefined) => (element ?? Buffer.alloc(0)).toString('latin1');
const word = (element: Buffer | undefined) => text(element).toLowerCase();
const copy = (element: Buffer | undefined) => Buffer.from(element ?? Buffer.alloc(0));

export function connectionRule(name: string, elements: readonly Buffer[], carried: Carried): Rule {
  const { state } = carried;
  switch (name) {
    case 'select': {
      const database = Number(text(elements[1]));
      return confirmed(() => {
        state.database = database;
      });
    }
    case 'auth':
      return elements.length > 1 ? auth(elements.slice(1), carried) : PASS;
    case 'hello':
      return hello(elements, carried);
    case 'reset':
      return { afterReplies: true, alone: true, expectation: reset(carried) };
    case 'readonly':
    case 'readwrite': {
      return confirmed(() => {
        if (name === 'readonly') state.flags.set('READONLY', encodeCommand('READONLY'));
        else state.flags.delete('READONLY');
      });
    }
    default:
      return client(elements, carried);
  }
}

function confirmed(confirm: () => void): Rule {
  return { expectation: once(confirm) };
}

function auth(parts: readonly Buffer[], { state }: Carried): Rule {
  const [user, password] = parts.length > 1 ? [copy(parts[0]), copy(parts[1])] : [undefined, copy(parts[0])];
  return confirmed(() => {
    state.credentials = { user, password };
  });
}

/** In the words of a server that does not know it (networking.c of 2.8): clients fall back to RESP2 by them. */
const NO_HELLO = Buffer.from("-ERR unknown command 'HELLO'\r\n");

function hello(elements: readonly Buffer[], carried: Carried): Rule {
  if (!carried.shared.hello) {
    return { forward: encodeCommand('PING'), expectation: { look: () => 'whole', settle: () => NO_HELLO } };
  }
  const { state } = carried;
  const protocol = text(elements[1]);
  let credentials: { user: Buffer; password: Buffer } | undefined;
  let name: Buffer | undefined;
  for (let i = 2; i < elements.length; i += 1) {
    const option = word(elements[i]);
    if (option === 'auth') {
      credentials = { user: copy(elements[i + 1]), password: copy(elements[i + 2]) };
      i += 2;
    } else if (option === 'setname') {
      name = copy(elements[i + 1]);
      i += 1;
    }
  }
  return {
    expectation: {
      look: () => 'whole',
      settle: (reply) => {
        return answerId(carried, reply);
      },
      confirm: () => {
        if (protocol === '2' || protocol === '3') state.protocol = protocol;
        if (credentials !== undefined) state.credentials = credentials;
        if (name !== undefined) state.name = name;
      },
    },
  };
}

/** Learns the id of the connection from the answer, and gives it as clients know it. */
function answerId(carried: Carried, reply: Buffer): Buffer | undefined {
  carried.id = idOf(reply) ?? carried.id;
  return carried.shared.ids.answerForClient(reply);
}

function reset(carried: Carried): Expectation {
  return {
    look: () => 'first',
    immediate: true,
    settle: (seen) => {
      if (seen[0] === MINUS) return undefined;
      carried.state.reset();
      carried.sending = undefined;
      carried.replying = undefined;
      return undefined;
    },
  };
}

function client(elements: readonly Buffer[], carried: Carried): Rule {
  const { state, shared } = carried;
  const rest = elements.slice(2);
  switch (word(elements[1])) {
    case 'setname': {
      const name = copy(rest[0]);
      return confirmed(() => {
        state.name = name.length > 0 ? name : undefined;
      });
    }
    case 'setinfo': {
      const [attribute, value] = [word(rest[0]), copy(rest[1])];
      return confirmed(() => state.library.set(attribute, value));
    }
    case 'no-evict':
    case 'no-touch':
    case 'capa': {
      const command = encodeCommand(...elements.map(copy));
      return confirmed(() => state.flags.set(`CLIENT ${word(elements[1]).toUpperCase()}`, command));
    }
    case 'reply':
      return word(rest[0]) === 'on' ? PASS : unseen('CLIENT REPLY OFF or SKIP', carried);
    case 'tracking':
      return tracking(elements, carried);
    case 'caching': {
      const command = encodeCommand(...elements.map(copy));
      const expectation = once(() => {
        state.caching = command;
      });
      return { alone: true, expectation };
    }
    case 'id':
      return { expectation: { look: () => 'whole', settle: (reply) => answerId(carried, reply) } };
    case 'list':
    case 'info':
      if (!shared.ids.translates) return PASS;
      return elements.length > 2
        ? withIds(elements, carried, { look: () => 'whole', settle: (reply) => shared.ids.answerForClient(reply) })
        : { expectation: { look: () => 'whole', settle: (reply) => shared.ids.answerForClient(reply) } };
    case 'maint_notifications':
      return maintenanceRule(rest.map(word), carried);
    case 'kill':
    case 'unblock':
      return shared.ids.translates ? withIds(elements, carried) : PASS;
    default:
      return PASS;
  }
}

function tracking(elements: readonly Buffer[], carried: Carried): Rule {
  const { state } = carried;
  if (word(elements[2]) !== 'on') {
    return confirmed(() => {
      state.tracking = undefined;
    });
  }
  if (elements.some((element) => word(element) === 'redirect')) {
    return { ...withIds(elements, carried), ...unseen('CLIENT TRACKING with REDIRECT', carried) };
  }
  const command = encodeCommand(...elements.map(copy));
  return confirmed(() => {
    state.tracking = command;
  });
}

/** In a transaction nothing is looked at in time: the server has its own opinion of such a command there. */
export function unseen(reason: string, { sending }: Carried): Rule {
  return { afterReplies: true, unseen: sending === undefined ? reason : `${reason}, within MULTI` };
}

/** Puts the serving side's ids into the command; one that nobody has there becomes nobody's. */
function withIds(elements: readonly Buffer[], { shared }: Carried, expectation?: Expectation): Rule {
  let ids = word(elements[1]) === 'unblock';
  const translated = elements.map((element, place) => {
    if (place < 2) return copy(element);
    if (ids && /^\d+$/.test(text(element))) {
      return Buffer.from(shared.ids.forServer(Number(text(element))));
    }
    ids = /^(id|not-id|redirect)$/.test(word(element));
    return copy(element);
  });
  return { forward: encodeCommand(...translated), ...(expectation === undefined ? {} : { expectation }) };
}
