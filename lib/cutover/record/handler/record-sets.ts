import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordProperties } from './record-properties';
import { Refusal } from './refusal';

type Colour = 'blue' | 'green';
type Entry = Colour | 'relay';

/** No record of the name: the entries, all clients on blue. */
export function created(properties: RecordProperties): Change[] {
  return replaced([], entries(properties, { blue: 100, green: 0, relay: 0 }));
}

/**
 * There is a record already. A simple one that points at blue or green is replaced by the pair in the same batch
 * (Route 53 refuses to have both); a pair of ours, left by a deploy that was rolled back, is taken over as it serves.
 */
export function adopted(found: ResourceRecordSet[], properties: RecordProperties): Change[] {
  if (isOurs(found)) return updated(found, properties);
  const [simple] = found;
  if (found.length !== 1 || simple === undefined || simple.SetIdentifier !== undefined || simple.Type !== 'CNAME') {
    throw new Refusal(
      `${properties.recordName} has ${describe(found)}; accepted are no record, one simple CNAME, or the pair of an earlier deploy. Remove the others first.`,
    );
  }
  const target = targetOf(simple);
  const serving = colourOf(target, properties);
  if (serving === undefined) {
    throw new Refusal(
      `${properties.recordName} points at ${target}, which is neither blue (${properties.blueTarget}) nor green (${properties.greenTarget}). A deploy never changes who serves: correct the record or the endpoints.`,
    );
  }
  return replaced(
    found,
    entries(properties, { blue: serving === 'blue' ? 100 : 0, green: serving === 'green' ? 100 : 0, relay: 0 }),
  );
}

/**
 * New targets or TTL for the pair. The active side is told by the target, not by the colour: when the next migration makes
 * today's green its blue, the weight goes along with the endpoint.
 */
export function updated(found: ResourceRecordSet[], properties: RecordProperties): Change[] {
  if (!isOurs(found)) return adopted(found, properties);
  const weights: Record<Entry, number> = { blue: 0, green: 0, relay: 0 };
  let trial: string | undefined;
  for (const set of found) {
    const weight = set.Weight ?? 0;
    if (weight === 0) continue;
    const entry = entryOf(targetOf(set), properties);
    if (entry === undefined) {
      throw new Refusal(
        `${properties.recordName} serves ${targetOf(set)} (weight ${weight}), which this deploy makes neither blue (${properties.blueTarget}) nor green (${properties.greenTarget}). A deploy never changes who serves: cut over or go back first.`,
      );
    }
    weights[entry] = weight;
    if (entry === 'green') trial = trialOf(targetOf(set), properties);
  }
  // Route 53 answers with all of them when all weights are 0.
  if (Object.values(weights).every((weight) => weight === 0)) {
    throw new Refusal(
      `${properties.recordName} has weight 0 on both sides, which Route 53 takes for "equal". Set blue or green to 100 first.`,
    );
  }
  const wanted = entries(properties, weights, trial);
  if (wanted.length === found.length && wanted.every((set) => found.some((each) => isEqual(each, set)))) return [];
  return replaced(found, wanted);
}

/**
 * A switch may move the weights between our look and our change. Route 53 takes a DELETE only of exactly what is there,
 * and a batch only as a whole: it refuses this one if anything has changed since it was listed.
 *
 * @see docs/aws-facts.md#route53-delete-exactly
 */
export function replaced(found: ResourceRecordSet[], wanted: ResourceRecordSet[]): Change[] {
  return [
    ...found.map((set): Change => ({ Action: 'DELETE', ResourceRecordSet: set })),
    ...wanted.map((set): Change => ({ Action: 'CREATE', ResourceRecordSet: set })),
  ];
}

/** One simple record for the active side, and for all of it. What is not our pair stays. */
export function collapsed(found: ResourceRecordSet[], properties: RecordProperties): Change[] {
  if (!isOurs(found)) return [];
  const [serving] = found.toSorted((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0));
  if (serving === undefined) return [];
  if (leadsToRelay(found)) {
    throw new Refusal(
      `${properties.recordName} leads to the relay on the migration host, which would go with the migration. Let the execution end, or start {"action":"recover"}, and repeat.`,
    );
  }
  const { Name, TTL, ResourceRecords } = serving;
  const isTrial = trialOf(targetOf(serving), properties) !== undefined;
  const targets = isTrial ? [{ Value: properties.greenTarget }] : ResourceRecords;
  return replaced(found, [{ Name, Type: 'CNAME', TTL, ResourceRecords: targets }]);
}

/** The pair; with the entry of a relay, if there is or was one. */
function isOurs(found: ResourceRecordSet[]): boolean {
  const identifiers = found.map((set) => set.SetIdentifier).toSorted();
  return ['blue,green', 'blue,green,relay'].includes(identifiers.join());
}

/** Whether clients are led to the relay: then its host must stay. */
export function leadsToRelay(found: readonly ResourceRecordSet[]): boolean {
  return found.some(({ SetIdentifier, Weight = 0 }) => SetIdentifier === 'relay' && Weight > 0);
}

function entries(
  properties: RecordProperties,
  weights: Readonly<Record<Entry, number>>,
  greenTarget?: string,
): ResourceRecordSet[] {
  return [
    weighted(properties, 'blue', weights.blue, properties.blueTarget),
    weighted(properties, 'green', weights.green, greenTarget ?? properties.greenTarget),
    ...(properties.relay === undefined ? [] : [weighted(properties, 'relay', weights.relay, properties.relay.name)]),
  ];
}

function entryOf(target: string, properties: RecordProperties): Entry | undefined {
  if (properties.relay !== undefined && same(target, properties.relay.name)) return 'relay';
  return colourOf(target, properties);
}

function colourOf(
  target: string,
  { blueTarget, greenTarget, greenTrialTargets }: RecordProperties,
): Colour | undefined {
  if (same(target, blueTarget)) return 'blue';
  return [greenTarget, ...greenTrialTargets].some((each) => same(target, each)) ? 'green' : undefined;
}

/** The target, where it is one that a state machine leads only a part of the clients to. */
function trialOf(target: string, { greenTarget, greenTrialTargets }: RecordProperties): string | undefined {
  return same(target, greenTarget) || !greenTrialTargets.some((each) => same(target, each)) ? undefined : target;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase().replace(/\.$/, '') === b.toLowerCase().replace(/\.$/, '');
}

function targetOf(set: ResourceRecordSet): string {
  return set.ResourceRecords?.[0]?.Value ?? set.AliasTarget?.DNSName ?? 'nothing';
}

/** To the letter of the target, which the state machine compares too. */
function isEqual(found: ResourceRecordSet, wanted: ResourceRecordSet): boolean {
  return (
    found.SetIdentifier === wanted.SetIdentifier &&
    found.Weight === wanted.Weight &&
    found.TTL === wanted.TTL &&
    targetOf(found) === targetOf(wanted)
  );
}

function weighted(
  { recordName, ttlSeconds }: RecordProperties,
  entry: Entry,
  weight: number,
  target: string,
): ResourceRecordSet {
  return {
    Name: recordName,
    Type: 'CNAME',
    SetIdentifier: entry,
    Weight: weight,
    TTL: ttlSeconds,
    ResourceRecords: [{ Value: target }],
  };
}

function describe(found: ResourceRecordSet[]): string {
  return found
    .map((set) => `a ${set.Type} record${set.SetIdentifier === undefined ? '' : ` '${set.SetIdentifier}'`}`)
    .join(' and ');
}
