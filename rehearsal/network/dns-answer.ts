import type { Answer, Question, SoaAnswer } from 'dns-packet';
import { weightedChoice } from './weighted-choice';
import { canonicalName, type RecordSet, type Zone } from './zone';

/** Further aliases than this are a loop. */
const MAX_CHAIN_LENGTH = 8;
/** The Amazon-provided resolver hands out no TTL above this. */
const HIGHEST_TTL_SECONDS = 300;
/** Of the SOA record that Route 53 gives a hosted zone; the lower of its TTL and its minimum is how long "no such name" is kept. */
const SOA_TTL_SECONDS = 900;
const SOA_MINIMUM_SECONDS = 86_400;

export interface DnsAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly answers: readonly Answer[];
  readonly authorities: readonly SoaAnswer[];
}

/**
 * What the VPC's resolver answers over these private zones. A CNAME is followed across them, and each query draws
 * its own weighted choice. A name outside all of them is refused: nothing here asks the real DNS.
 */
export function answerFrom(zones: readonly Zone[], question: Question, random: () => number): DnsAnswer {
  const answers: Answer[] = [];
  let name = canonicalName(question.name);
  for (let depth = 0; depth < MAX_CHAIN_LENGTH; depth++) {
    const zone = zoneOf(zones, name);
    if (!zone) return { rcode: answers.length > 0 ? 'NOERROR' : 'REFUSED', answers, authorities: [] };

    const sets = zone.recordSets(name);
    const wanted = sets.filter(({ type }) => type === question.type);
    const found = weightedChoice(wanted, random());
    if (found) {
      answers.push(...found.values.map((value) => toAnswer(name, found, value)));
      return { rcode: 'NOERROR', answers, authorities: [] };
    }
    const alias = weightedChoice(
      sets.filter(({ type }) => type === 'CNAME'),
      random(),
    );
    const target = alias?.values[0];
    if (!alias || target === undefined) {
      // The name exists with other types only (no data), or not at all. A chain that ends in nothing is NXDOMAIN too.
      return { rcode: sets.length > 0 ? 'NOERROR' : 'NXDOMAIN', answers, authorities: [startOfAuthority(zone)] };
    }
    answers.push(toAnswer(name, alias, target));
    name = canonicalName(target);
  }
  return { rcode: 'SERVFAIL', answers: [], authorities: [] };
}

/** The most specific zone that the name is in. */
function zoneOf(zones: readonly Zone[], name: string): Zone | undefined {
  return zones
    .filter(({ apex }) => name === canonicalName(apex) || name.endsWith(`.${canonicalName(apex)}`))
    .sort((a, b) => b.apex.length - a.apex.length)[0];
}

function toAnswer(name: string, { type, ttl: recordTtl }: RecordSet, value: string): Answer {
  const ttl = Math.min(recordTtl, HIGHEST_TTL_SECONDS);
  switch (type) {
    case 'A':
    case 'AAAA':
      return { name, type, ttl, data: value };
    case 'CNAME':
    case 'NS':
      return { name, type, ttl, data: canonicalName(value) };
    case 'TXT':
      return { name, type, ttl, data: value };
    case 'MX': {
      const [preference, exchange] = value.split(/\s+/);
      return { name, type, ttl, data: { preference: Number(preference), exchange: canonicalName(exchange ?? '') } };
    }
    case 'SRV': {
      const [priority, weight, port, target] = value.split(/\s+/);
      const numbers = { priority: Number(priority), weight: Number(weight), port: Number(port) };
      return { name, type, ttl, data: { ...numbers, target: canonicalName(target ?? '') } };
    }
  }
}

function startOfAuthority(zone: Zone): SoaAnswer {
  const name = canonicalName(zone.apex);
  return {
    name,
    type: 'SOA',
    ttl: zone.noSuchNameSeconds ?? SOA_TTL_SECONDS,
    data: {
      mname: `ns.${name}`,
      rname: `hostmaster.${name}`,
      serial: 1,
      refresh: 7200,
      retry: 900,
      expire: 1_209_600,
      minimum: SOA_MINIMUM_SECONDS,
    },
  };
}
