import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { WorkloadProps } from '../workload-kind';

/** Properties of what runs on EC2 instances that Systems Manager manages. */
export interface HostWorkloadProps extends WorkloadProps {
  /**
   * Tags that the instances have, all of them: anyone who has them when the cutover begins, up to 50. Each must be managed
   * by Systems Manager.
   *
   * @default - `instanceIds`
   */
  readonly instances?: { readonly [tag: string]: string };

  /**
   * The instances by their ids, up to 50.
   *
   * @default - `instances`
   */
  readonly instanceIds?: string[];

  /**
   * On how many of the instances it goes on during the switch, 0 or more.
   *
   * @default 0
   */
  readonly keepRunning?: number;
}

/** What the states know of it. */
export interface HostFacts {
  /** As people call it, e.g. `program queue-watcher`. */
  readonly what: string;
  /** Name of the SSM document that stops and starts it. */
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly ids: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly filters: readonly object[];
  readonly keepRunning: number;
}

/** SendCommand takes no more instance ids. */
export const MAX_INSTANCES = 50;

/** The part of the facts that says where it runs. */
export function placeOf(
  name: string,
  { instances: tags = {}, instanceIds: ids = [], keepRunning = 0 }: HostWorkloadProps,
): Pick<HostFacts, 'ids' | 'tags' | 'filters' | 'keepRunning'> {
  const byTag = Object.keys(tags).length > 0;
  if (byTag === ids.length > 0) {
    throw new ValidationError(
      `instances of ${name}: got ${byTag ? 'tags and instance ids' : 'neither tags nor instance ids'}; accepted is one of the two. Give instances: { role: 'batch' }, or instanceIds: ['i-…'].`,
    );
  }
  const [bare] = Object.entries(tags).find(([, value]) => typeof value !== 'string') ?? [];
  if (bare !== undefined) {
    throw new ValidationError(
      `instances of ${name}: got the tag ${bare} without a value; accepted is a text for each, e.g. { role: 'batch' }.`,
    );
  }
  if (ids.length > MAX_INSTANCES) {
    throw new ValidationError(
      `instanceIds of ${name}: got ${ids.length}; accepted are up to ${MAX_INSTANCES}, as many as one SSM command takes. Split them over several workloads.`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new ValidationError(`instanceIds of ${name}: got an instance twice; each may be listed once.`);
  }
  if (!Token.isUnresolved(keepRunning) && (!Number.isInteger(keepRunning) || keepRunning < 0)) {
    throw new ValidationError(`keepRunning of ${name}: got ${keepRunning}; accepted are whole numbers from 0.`);
  }
  if (!byTag && keepRunning > ids.length) {
    throw new ValidationError(
      `keepRunning of ${name}: got ${keepRunning} with ${ids.length} instances; accepted are 0 to ${ids.length}. To stop nothing, leave the workload out.`,
    );
  }
  return {
    ids,
    tags,
    filters: [
      { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ...Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ],
    keepRunning,
  };
}
