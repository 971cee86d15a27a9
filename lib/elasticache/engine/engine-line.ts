import type { NodeFamily } from '../nodes/node-families';
import type { NodeSize } from '../nodes/node-sizes';

/** When ElastiCache stops looking after a release. Days are `YYYY-MM-DD` and are the last day of support. */
export interface SupportEnd {
  readonly standard: string;
  /** Surcharged from the day after `standard` to here. Absent: there is none. */
  readonly extended?: string;
}

/** What is known of an engine, whatever its version. Versions that are handed over are literal, never tokens. */
export interface EngineLine {
  /** CloudFormation's name. */
  readonly name: string;
  readonly title: string;
  /** Engines whose clients and data it takes over as they are. */
  readonly carriesOn: readonly string[];
  /** For messages: versions as ElastiCache spells them, and where to read one. */
  readonly versions: string;
  /** For messages: what a parameter group family is known of, and one as an example. */
  readonly families: readonly [known: string, example: string];
  /** For messages: engines that run on current nodes. */
  readonly runsFrom: string;
  /** For messages: an engine to take. */
  readonly recommended: string;
  /** @throws where no such version was ever released */
  assertExists?(version: string): void;
  supportEnd(version: string): SupportEnd | undefined;
  /** @throws where ElastiCache creates no cache with it */
  assertCreatable(version: string): void;
  /** Undefined where ElastiCache has none. */
  parameterGroupFamily(version: string): string | undefined;
  runsOn(family: NodeFamily, version: string): boolean;
  /** Bytes that a node of that type gives to keys, what is kept back of them included. Undefined where it is not known. */
  memoryOf(size: NodeSize): number | undefined;
  /** Bytes of such memory that so many bytes of data need. */
  memoryFor(dataBytes: number): number;
}
