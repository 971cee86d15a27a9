import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';
import type { RequestContext } from '../policy';
import type { Need, Operation } from '../service';

const MAX_TAGS = 50;
/** DescribeTags takes no more resources. */
const MAX_RESOURCES = 20;

/** The tags of load balancers' resources. */
export class Tags {
  private readonly byResource = new Map<string, ReadonlyMap<string, string>>();

  /** @param requireResource refuses an ARN that nothing has */
  constructor(private readonly requireResource: (arn: string) => void) {}

  /** @throws AwsError of tags that cannot be */
  set(arn: string, tags: readonly Tag[]): void {
    checkTags(tags);
    const merged = new Map([...this.of(arn), ...tags.map(({ Key = '', Value = '' }) => [Key, Value] as const)]);
    if (merged.size > MAX_TAGS) {
      throw new AwsError('TooManyTagsException', `A resource can have at most ${MAX_TAGS} tags.`);
    }
    this.byResource.set(arn, merged);
  }

  forget(arn: string): void {
    this.byResource.delete(arn);
  }

  /** What a policy can ask of a resource. */
  context(arn: string): RequestContext {
    return Object.fromEntries(
      [...this.of(arn)].flatMap(([key, value]) => [
        [`aws:ResourceTag/${key}`, value],
        [`elasticloadbalancing:ResourceTag/${key}`, value],
      ]),
    );
  }

  readonly operations = {
    addTags: {
      needs: ({ ResourceArns: arns = [], Tags: tags = [] }) =>
        arns.map((arn) => this.need('AddTags', arn, requestedTags(tags))),
      run: ({ ResourceArns: arns = [], Tags: tags = [] }) => {
        arns.forEach(this.requireResource);
        for (const arn of arns) {
          this.set(arn, tags);
        }
        return {};
      },
    } satisfies Operation<AddTagsInput, object>,
    removeTags: {
      needs: ({ ResourceArns: arns = [], TagKeys: keys = [] }) =>
        arns.map((arn) => this.need('RemoveTags', arn, { 'aws:TagKeys': keys })),
      run: ({ ResourceArns: arns = [], TagKeys: keys = [] }) => {
        arns.forEach(this.requireResource);
        for (const arn of arns) {
          this.byResource.set(arn, new Map([...this.of(arn)].filter(([key]) => !keys.includes(key))));
        }
        return {};
      },
    } satisfies Operation<RemoveTagsInput, object>,
    describeTags: {
      needs: () => [{ action: 'elasticloadbalancing:DescribeTags', resources: ['*'] }],
      run: ({ ResourceArns: arns = [] }) => {
        if (arns.length === 0 || arns.length > MAX_RESOURCES) {
          throw new AwsError('ValidationError', `ResourceArns must be 1 to ${MAX_RESOURCES}; got ${arns.length}.`);
        }
        arns.forEach(this.requireResource);
        return {
          TagDescriptions: arns.map((arn) => ({
            ResourceArn: arn,
            Tags: [...this.of(arn)].map(([Key, Value]) => ({ Key, Value })),
          })),
        };
      },
    } satisfies Operation<DescribeTagsInput, DescribeTagsOutput>,
  };

  private of(arn: string): ReadonlyMap<string, string> {
    return this.byResource.get(arn) ?? new Map();
  }

  private need(action: string, arn: string, asked: RequestContext): Need {
    return {
      action: `elasticloadbalancing:${action}`,
      resources: [arn],
      context: { ...this.context(arn), ...asked },
    };
  }
}

/** What a policy can ask of the tags in a request. */
export function requestedTags(tags: readonly Tag[]): RequestContext {
  return {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
    ...Object.fromEntries(tags.map(({ Key, Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
  };
}

/** @throws AwsError of tags that cannot be */
export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key = '' }) => Key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new AwsError('DuplicateTagKeysException', `Tag key was specified more than once: ${twice}`);
  }
  const reserved = keys.find((key) => /^aws:/i.test(key));
  if (reserved !== undefined) {
    throw new AwsError('ValidationError', `Tag key '${reserved}' starts with aws:, which is reserved`);
  }
  const long = tags.find(({ Key = '', Value = '' }) => Key.length > 128 || Value.length > 256);
  if (long !== undefined) {
    throw new AwsError('ValidationError', `Tag '${long.Key}' is too long: a key has 128 characters, a value 256`);
  }
}
