import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { assertTold } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';

/** A secret that a job reads at run time. Neither the template nor the host's disk ever has it. */
export class BatchSecret {
  /**
   * One field of a secret that is a JSON object.
   *
   * @param secret one that is encrypted with a customer managed key must say so: where it is imported, by `Secret.fromSecretAttributes`
   * @param field its name, e.g. `password`; its value is a text, a number, true or false
   * @throws if no secret or no field is given
   */
  public static fromField(secret: ISecret, field: string): BatchSecret {
    assertTold('BatchSecret.fromField', { secret, field });
    if (field !== '') return new BatchSecret(secret, field);
    throw new ValidationError(
      `BatchSecret.fromField: got the field '${field}' of ${secret.node.path}; accepted is the name of a field of its JSON object, e.g. 'password'. For the whole text: BatchSecret.fromText.`,
    );
  }

  /**
   * The whole text of a secret.
   *
   * @param secret as for `fromField`
   * @throws if no secret is given
   */
  public static fromText(secret: ISecret): BatchSecret {
    assertTold('BatchSecret.fromText', { secret });
    return new BatchSecret(secret);
  }

  private constructor(
    /** The secret. */
    public readonly secret: ISecret,
    /** Its field; undefined for the whole text. */
    public readonly field?: string,
  ) {}
}
