import { DATABASES } from './databases';
import type { ResourceModel } from './model';
import { NETWORK } from './network';
import { OPERATIONS } from './operations';

const MODELS: Readonly<Record<string, ResourceModel>> = { ...NETWORK, ...DATABASES, ...OPERATIONS };

/** The model of a resource type; undefined where its `Ref` and attributes are not known here. */
export const findResourceModel = (type: string): ResourceModel | undefined => MODELS[type];

export const isCustomResource = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

export type { ResourceFacts } from './model';
export { digits } from './model';
