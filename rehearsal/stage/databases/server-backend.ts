import type { DatabaseBackend, LogCoordinates } from '../../aws/rds/backend';
import type { Side } from '../../report/result';
import type { Databases } from './databases';
import { promote } from './replication';

/** What RDS does to databases, done to the rehearsal's servers. */
export class ServerBackend implements DatabaseBackend {
  /** @param sideOf - the side that a resource id of RDS stands for */
  constructor(
    private readonly databases: Databases,
    private readonly sideOf: (resourceId: string) => Side,
  ) {}

  async promote(cluster: string): Promise<void> {
    await promote(this.databases[this.sideOf(cluster)]);
  }

  async restart(instance: string): Promise<void> {
    await this.databases[this.sideOf(instance)].restart();
  }

  async remove(resource: string): Promise<void> {
    await this.databases[this.sideOf(resource)].stop();
  }

  createGreen(): Promise<void> {
    return notRehearsed('CreateBlueGreenDeployment');
  }

  async guardrails(): Promise<readonly string[]> {
    return notRehearsed('SwitchoverBlueGreenDeployment');
  }

  switchOver(): Promise<LogCoordinates | undefined> {
    return notRehearsed('SwitchoverBlueGreenDeployment');
  }

  clone(): Promise<void> {
    return notRehearsed('RestoreDBClusterToPointInTime');
  }
}

function notRehearsed(action: string): Promise<never> {
  return Promise.reject(new Error(`${action} is not rehearsed: green is made before the migration begins.`));
}
