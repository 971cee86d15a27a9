import { Effect, type IIdentity, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ValidationError } from '../../validation-error';

export type Duty = 'start' | 'approve';

/** Where they are separate, nobody has both. */
export class Duties {
  private readonly taken = new Map<string, { readonly duty: Duty; readonly by: string }>();

  constructor(private readonly separate: boolean) {}

  /**
   * @param by the grant, as the app calls it
   * @throws where the identity has the other duty: by its policies it could then do neither
   */
  public take(duty: Duty, identity: IIdentity, by: string): void {
    if (!this.separate) return;
    const { path } = identity.node;
    const other = this.taken.get(path);
    if (other !== undefined && other.duty !== duty) {
      throw new ValidationError(
        `${by}: got ${path}, which has ${other.by}; with separationOfDuties accepted are other principals than those. Give one of the two to another role, or leave separationOfDuties out.`,
      );
    }
    this.taken.set(path, { duty, by });
  }

  /** A Deny goes before whatever another policy of the same principal allows, an administrator's too. */
  public deny(actions: string[], resource: string): PolicyStatement[] {
    if (!this.separate) return [];
    return [new PolicyStatement({ effect: Effect.DENY, actions, resources: [resource] })];
  }
}
