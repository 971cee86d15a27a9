import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Binding } from '../../contract/batch';
import { ValidationError } from '../validation-error';

/**
 * A document of Systems Manager may have 64 KB with its parameters, and a text takes some 200 bytes of them.
 *
 * @see docs/aws-facts.md#ssm-document-size
 */
const MOST = 280;

/** Texts that only the deploy knows: an asset has their numbers, and the deploy brings the texts. */
export class Bindings {
  private readonly texts: string[] = [];

  constructor(private readonly scope: IConstruct) {}

  /** The value with a number in the place of each text that has a token in it. */
  extract(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.extract(each));
    if (typeof value === 'string') return Token.isUnresolved(value) ? this.bindingOf(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([name, each]) => [name, this.extract(each)]));
  }

  /** A JSON array, resolved by the deploy. */
  toJson(): string {
    return Stack.of(this.scope).toJsonString(this.texts);
  }

  private bindingOf(text: string): Binding {
    const known = this.texts.indexOf(text);
    if (known !== -1) return { binding: known };
    this.refuseSecret(text);
    if (this.texts.length === MOST) {
      throw new ValidationError(
        `${this.scope.node.path}: got more than ${MOST} texts that only the deploy knows (log groups, secrets, references in commands and variables); Systems Manager takes no more. Divide the jobs among two hosts.`,
      );
    }
    return { binding: this.texts.push(text) - 1 };
  }

  /** What CloudFormation puts in would be read by everyone who may read associations. */
  private refuseSecret(text: string): void {
    const resolved = JSON.stringify(Stack.of(this.scope).resolve(text));
    if (!/\{\{resolve:(secretsmanager|ssm-secure):/.test(resolved)) return;
    throw new ValidationError(
      `${this.scope.node.path}: got a secret in a command or variable, where CloudFormation would write its value into an association. State it in the job's secrets: BatchSecret.fromField(secret, 'password').`,
    );
  }
}
