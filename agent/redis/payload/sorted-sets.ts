import { type KeyName, nameOf } from '../key';
import {
  ARGUMENTS_PER_COMMAND,
  ask,
  buffers,
  Changed,
  type DataType,
  type Place,
  pairs,
  scanCollection,
  sliced,
} from './value';

type Member = readonly [member: Buffer, score: Buffer];

/** Sorted sets, with the geo indexes that are kept in them. Scores travel as the server prints them: exact to the bit. */
export const sortedSets: DataType<Member[]> = {
  async length(place) {
    const [count] = await ask(place, ['ZCARD', place.key]);
    return Number(count);
  },

  async read(from) {
    const [reply] = await ask(from, ['ZRANGE', from.key, 0, -1, 'WITHSCORES']);
    const members = pairs(buffers(reply));
    if (members.length === 0) throw new Changed('the sorted set is gone');
    return members;
  },

  build: (key, members) =>
    sliced(members, ARGUMENTS_PER_COMMAND).map((slice) => [
      'ZADD',
      key,
      ...slice.flatMap(([member, score]) => [score, member]),
    ]),

  equal(one, other) {
    if (one.length !== other.length) return false;
    const scores = new Map<KeyName, Buffer>(one.map(([member, score]) => [nameOf(member), score]));
    return other.every(([member, score]) => sameScore(scores.get(nameOf(member)), score));
  },

  async *reconcile(source, target, pieceLength) {
    for await (const page of scanCollection(source, 'ZSCAN', pieceLength)) {
      const mine = pairs(page);
      const theirs = await scores(target, mine);
      const different = mine.filter(([, score], i) => !sameScore(theirs[i], score));
      if (different.length > 0) yield sortedSets.build(target.key, different, target.dialect);
    }
    if ((await sortedSets.length(target)) <= (await sortedSets.length(source))) return;
    for await (const page of scanCollection(target, 'ZSCAN', pieceLength)) {
      const mine = pairs(page);
      const theirs = await scores(source, mine);
      const extra = mine.filter((_, i) => theirs[i] === undefined).map(([member]) => member);
      if (extra.length > 0) yield [['ZREM', target.key, ...extra]];
    }
  },
};

/** Versions print the same double differently (`1e+20`, `100000000000000000000`). */
function sameScore(one: Buffer | undefined, other: Buffer): boolean {
  if (one === undefined) return false;
  return one.equals(other) || toNumber(one) === toNumber(other);
}

function toNumber(score: Buffer): number {
  const text = score.toString('latin1');
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

async function scores(place: Place, members: readonly Member[]): Promise<(Buffer | undefined)[]> {
  const replies = await ask(place, ...members.map(([member]) => ['ZSCORE', place.key, member]));
  return replies.map((score) => (Buffer.isBuffer(score) ? score : undefined));
}
