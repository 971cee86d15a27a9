import { nameOf } from '../key';
import {
  ARGUMENTS_PER_COMMAND,
  ask,
  buffers,
  Changed,
  type DataType,
  type Place,
  scanCollection,
  sliced,
} from './value';

export const sets: DataType<Buffer[]> = {
  async length(place) {
    const [count] = await ask(place, ['SCARD', place.key]);
    return Number(count);
  },

  async read(from) {
    const [reply] = await ask(from, ['SMEMBERS', from.key]);
    const members = buffers(reply);
    if (members.length === 0) throw new Changed('the set is gone');
    return members;
  },

  build: (key, members) => sliced(members, ARGUMENTS_PER_COMMAND).map((slice) => ['SADD', key, ...slice]),

  equal(one, other) {
    if (one.length !== other.length) return false;
    const names = new Set(one.map(nameOf));
    return other.every((member) => names.has(nameOf(member)));
  },

  async *reconcile(source, target, pieceLength) {
    for await (const members of scanCollection(source, 'SSCAN', pieceLength)) {
      const missing = await absent(members, target);
      if (missing.length > 0) yield sets.build(target.key, missing, target.dialect);
    }
    if ((await sets.length(target)) <= (await sets.length(source))) return;
    for await (const members of scanCollection(target, 'SSCAN', pieceLength)) {
      const extra = await absent(members, source);
      if (extra.length > 0) yield [['SREM', target.key, ...extra]];
    }
  },
};

async function absent(members: readonly Buffer[], place: Place): Promise<Buffer[]> {
  const present = await ask(place, ...members.map((member) => ['SISMEMBER', place.key, member]));
  return members.filter((_, i) => present[i] === 0);
}
