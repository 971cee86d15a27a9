import type { Json } from './json';
import type { ResourceFacts } from './resource-types';

/** Values that no template holds: where the app would be deployed, and what only AWS can answer. */
export interface DeploymentFacts {
  /** Used where the app leaves the account open. 12 digits. */
  readonly account: string;
  /** Used where the app leaves the Region open. */
  readonly region: string;
  /** The value of an SSM parameter that a template parameter takes its value from; undefined if there is none. */
  readonly ssmParameter: (name: string) => string | undefined;
  /** An attribute that a custom resource's handler would have returned; undefined if it returns no such attribute. */
  readonly customResourceAttribute: (resource: ResourceFacts, attribute: string) => Json | undefined;
}
