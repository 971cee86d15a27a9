/** What the states know of a service. */
export interface EcsServiceFacts {
  readonly cluster: string;
  readonly service: string;
  readonly keepRunning: number;
}
