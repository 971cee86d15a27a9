import { Token } from 'aws-cdk-lib';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';

/** Where the jobs are that move: a server that Systems Manager reaches. */
export class BatchSource {
  /**
   * An EC2 instance (`i-…`), or a server elsewhere that Systems Manager manages (`mi-…`, by a hybrid activation).
   *
   * @param id its ID
   * @throws if it is none
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/activations.html
   */
  public static instance(id: string): BatchSource {
    assertTold('BatchSource.instance', { id });
    if (!Token.isUnresolved(id) && !/^(i|mi)-[0-9a-f]{8,17}$/.test(id)) {
      throw new ValidationError(
        `BatchSource.instance: got '${id}'; accepted is the ID of an instance (i-0123456789abcdef0) or of a server with a hybrid activation (mi-0123456789abcdef0).`,
      );
    }
    return new BatchSource([{ Key: 'InstanceIds', Values: [id] }], id, {});
  }

  /**
   * The one instance that has all these tags. None, or several, is a finding of the preflight.
   *
   * @param tags by key
   * @throws if there is none
   */
  public static tagged(tags: { [key: string]: string }): BatchSource {
    assertTold('BatchSource.tagged', { tags });
    const entries = Object.entries(tags ?? {});
    if (entries.length === 0) {
      throw new ValidationError("BatchSource.tagged: got no tag; accepted is at least one, e.g. { role: 'batch' }.");
    }
    const [bare] = entries.find(([, value]) => typeof value !== 'string') ?? [];
    if (bare !== undefined) {
      throw new ValidationError(
        `BatchSource.tagged: got the tag ${bare} without a value; accepted is a text for each.`,
      );
    }
    return new BatchSource(
      entries.map(([key, value]) => ({ Key: `tag:${key}`, Values: [value] })),
      undefined,
      { ...tags },
    );
  }

  private constructor(
    /** Filters of DescribeInstanceInformation. @internal */
    public readonly _filters: SourceFilter[],
    /** @internal */
    public readonly _id: string | undefined,
    /** @internal */
    public readonly _tags: { [key: string]: string },
  ) {}
}

/** @internal */
export interface SourceFilter {
  readonly Key: string;
  readonly Values: string[];
}
