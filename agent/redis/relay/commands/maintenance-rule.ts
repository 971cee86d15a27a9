import { MINUS } from '../protocol/bytes';
import { encodeCommand } from '../protocol/encode';
import { type Carried, PASS, type Rule } from './rule';

const PING = encodeCommand('PING');
const OK = Buffer.from('+OK\r\n');

/**
 * CLIENT MAINT_NOTIFICATIONS ON [moving-endpoint-type TYPE], or OFF. The relay itself answers: it alone knows when clients are
 * to connect elsewhere. In the words of a server that does not know it where it cannot be told, so that clients go on without.
 *
 * @see https://redis.io/docs/latest/develop/clients/sch
 */
export function maintenanceRule(options: readonly string[], carried: Carried): Rule {
  // Queued: what the server says of it there, EXEC answers.
  if (carried.sending !== undefined) return PASS;
  const [mode, ...rest] = options;
  const [key, type] = rest;
  const isOn = mode === 'on' && (rest.length === 0 || (rest.length === 2 && key === 'moving-endpoint-type'));
  if (!isOn && !(mode === 'off' && rest.length === 0)) return PASS;
  // In its place among the replies, and after what a server says to one that has not signed in.
  const settle = (reply: Buffer) => {
    if (reply[0] === MINUS) return undefined;
    const { state } = carried;
    if (state.protocol !== '3') return Buffer.from('-ERR MAINT_NOTIFICATIONS needs RESP3: send HELLO 3 before\r\n');
    state.moving = isOn ? (type === 'none' ? 'configured name' : 'record') : undefined;
    return OK;
  };
  return { forward: PING, expectation: { look: () => 'whole', settle } };
}

/**
 * `MOVING sequence seconds endpoint`, as a client that has asked for it expects it: null is the name that it is configured
 * with. One that asked for an address gets the record's name too, for an address would keep it from following the record.
 *
 * @param sequence the same for all connections that are to move, and larger than any before: pools take no notice of another
 */
export function movingPush(sequence: number, seconds: number, endpoint: string | undefined): Buffer {
  const place = endpoint === undefined ? '_\r\n' : `$${Buffer.byteLength(endpoint)}\r\n${endpoint}\r\n`;
  return Buffer.from(`>4\r\n$6\r\nMOVING\r\n:${sequence}\r\n:${seconds}\r\n${place}`);
}
