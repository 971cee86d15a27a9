import { Annotations, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Before aws-cdk-lib 2.257 there is none. */
const of = (Validations as typeof Validations | undefined)?.of;

/**
 * A warning of synthesis, which its author may acknowledge by the id.
 *
 * @param scope what is warned of
 * @param id `cdk-cutover:` and the warning's name
 * @param message what is so, what follows, and what to do
 */
export function warn(scope: IConstruct, id: string, message: string): void {
  if (of === undefined) Annotations.of(scope).addWarningV2(id, message);
  else of(scope).addWarning(id, message);
}

/**
 * Answers a rule of cdk-nag 3. Where the CDK does not know acknowledgements yet, or not those of one finding (2.257 to
 * 2.266), the rule stays unanswered, and anyone who runs cdk-nag there suppresses it.
 *
 * @param scope what the rule finds, or what holds it
 * @param id the rule, or one finding of it
 * @param reason why it is right as it is
 */
export function acknowledge(scope: IConstruct, id: string, reason: string): void {
  try {
    of?.(scope).acknowledge({ id, reason });
  } catch (error) {
    if (!id.includes('::') || !/reserved for separating/.test(String(error))) throw error;
  }
}
