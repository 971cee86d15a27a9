/** Two, as everywhere: a service with one host is down whenever that is. */
export const HOSTS_OF_A_SERVICE = 2;

/** Name of the load's group for a service that the state machine stops. */
export function groupOfService(service: string): string {
  return `service ${service}`;
}
