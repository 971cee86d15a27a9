import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import type { ManifestRecord } from '../../../contract/manifest';
import { loadAssembly } from '../../../rehearsal/assembly';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { manifest } from '../manifest';
import type { Clients } from '../parameters';
import { type OwnedRecord, ownerOf } from './record-owner';
import { recordSetsOf } from './record-sets';

/** Until a migration has adopted a record, step by step. */
export interface AdoptionStep {
  readonly record: string;
  readonly step: string;
  /** `no` is something left to do; `later` has to wait for the steps before it. */
  readonly done: 'yes' | 'no' | 'later';
  /** As it is in the account. */
  readonly found: string;
  /** What to do. */
  readonly next?: string;
}

type AdoptClients = Clients & { readonly cloudformation: CloudFormationClient; readonly route53: Route53Client };

/** The most that FENCED takes, and what is well for every migration. @see docs/operations.md#before */
const MAX_TTL_SECONDS = 60;

/**
 * What has to be done before a migration can adopt today's record, and what of it is done. Nothing is changed.
 *
 * @param app a synthesized app, where the migration is not deployed yet
 */
export async function adopt(clients: AdoptClients, migration: string, app?: string): Promise<AdoptionStep[]> {
  const { records } =
    app === undefined
      ? (await manifest(clients, migration)).read
      : findMigration(loadAssembly(app), migration).manifest;
  if (records.length === 0) {
    throw new Error(
      `${migration} has no record: RDS's own switchover moves the endpoint's name, and nothing is adopted.`,
    );
  }
  const steps: AdoptionStep[] = [];
  for (const record of records) steps.push(...(await stepsOf(clients, migration, record)));
  return steps;
}

async function stepsOf(clients: AdoptClients, migration: string, record: ManifestRecord): Promise<AdoptionStep[]> {
  const sets = await recordSetsOf(clients.route53, record);
  const owner = await ownerOf(clients.cloudformation, record.name);
  const named = (step: Omit<AdoptionStep, 'record'>): AdoptionStep => ({ record: record.name, ...step });
  const before = [simple(sets, record), short(sets), retained(owner), released(owner)];
  const isReady = before.every(({ done }) => done === 'yes');
  return [...before, adopted(sets, migration, isReady)].map(named);
}

type Step = Omit<AdoptionStep, 'record'>;

function simple(sets: readonly ResourceRecordSet[], { targets }: ManifestRecord): Step {
  const step = 'The record is one that the migration takes over';
  if (sets.length === 0)
    return { step, done: 'yes', found: 'no record: the deploy makes it, with all clients on blue' };
  if (isPair(sets)) return { step, done: 'yes', found: 'the pair of a migration' };
  const [only] = sets;
  const found = sets.map(inWords).join('; ');
  const known = [targets.blue, targets.green].some((target) => same(target, targetOf(only)));
  if (sets.length === 1 && only?.Type === 'CNAME' && only.SetIdentifier === undefined && known) {
    return { step, done: 'yes', found };
  }
  return {
    step,
    done: 'no',
    found,
    next: `Make it one simple CNAME to blue (${targets.blue}): accepted are no record, that, or the pair of an earlier deploy.`,
  };
}

function short(sets: readonly ResourceRecordSet[]): Step {
  const step = `The TTL is at most ${MAX_TTL_SECONDS} s`;
  const longest = Math.max(0, ...sets.map(({ TTL = 0 }) => TTL));
  const found = sets.length === 0 ? 'no record' : `${longest} s`;
  if (longest <= MAX_TTL_SECONDS) return { step, done: 'yes', found };
  return { step, done: 'no', found, next: 'Lower it in the stack that owns the record, a day ahead.' };
}

function retained(owner: OwnedRecord | undefined): Step {
  const step = 'The stack that owns the record would keep it';
  if (owner === undefined) return { step, done: 'yes', found: 'no stack owns it' };
  const found = `${owner.logicalId} of ${owner.stack}: ${owner.policies}`;
  if (owner.retains) return { step, done: 'yes', found };
  return {
    step,
    done: 'no',
    found,
    next: 'record.applyRemovalPolicy(RemovalPolicy.RETAIN); cdk diff shows DeletionPolicy and UpdateReplacePolicy of that record alone. Deploy.',
  };
}

function released(owner: OwnedRecord | undefined): Step {
  const step = 'No stack owns the record';
  if (owner === undefined) return { step, done: 'yes', found: 'no stack owns it' };
  return {
    step,
    done: owner.retains ? 'no' : 'later',
    found: `${owner.logicalId} of ${owner.stack}`,
    next: 'Take the record out of the code; cdk diff shows [-] AWS::Route53::RecordSet … orphan, and not destroy. Deploy.',
  };
}

function adopted(sets: readonly ResourceRecordSet[], migration: string, isReady: boolean): Step {
  const step = 'The migration has adopted the record';
  if (isPair(sets)) return { step, done: 'yes', found: sets.map(inWords).join('; ') };
  const next = `Deploy the stack of ${migration}: it adopts the record in one batch, and clients stay where they are.`;
  return { step, done: isReady ? 'no' : 'later', found: 'no pair', next };
}

/** With the entry of a relay, where there is one. */
function isPair(sets: readonly ResourceRecordSet[]): boolean {
  const identifiers = sets.map(({ SetIdentifier }) => SetIdentifier).toSorted();
  return ['blue,green', 'blue,green,relay'].includes(identifiers.join());
}

function inWords(set: ResourceRecordSet): string {
  const weight = set.SetIdentifier === undefined ? '' : ` ${set.SetIdentifier} with weight ${set.Weight ?? 'none'}`;
  return `${set.Type}${weight} to ${targetOf(set)}`;
}

const targetOf = (set: ResourceRecordSet | undefined) =>
  set?.ResourceRecords?.[0]?.Value ?? set?.AliasTarget?.DNSName ?? 'nothing';

const same = (one: string, other: string) => plain(one) === plain(other);

const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');
