import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileAssetPackaging, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import type { JoinIntrinsic } from './json-lines';

export interface DefinitionAsset {
  readonly location: { readonly bucket: string; readonly key: string };
  /** What CloudFormation puts into the text, by the names that stand there. */
  readonly substitutions: Readonly<Record<string, unknown>>;
}

/**
 * Puts a definition into a file of its own beside the template, with a name in the place of each reference.
 *
 * @see docs/aws-facts.md#cloudformation-definition-s3
 */
export function writeDefinition(scope: Construct, layout: JoinIntrinsic | string): DefinitionAsset {
  const substitutions: Record<string, unknown> = {};
  const named = (value: unknown): string => {
    const name = nameOf(value);
    substitutions[name] = value;
    return `\${${name}}`;
  };
  const text = textOf(layout, named);
  const hash = createHash('sha256').update(text).digest('hex');
  const fileName = `asset.${hash}.json`;
  writeFileSync(join(outdirOf(scope), fileName), text);
  const { bucketName: bucket, objectKey: key } = Stack.of(scope).synthesizer.addFileAsset({
    fileName,
    sourceHash: hash,
    packaging: FileAssetPackaging.FILE,
    displayName: `${scope.node.path} (definition)`,
  });
  return { location: { bucket, key }, substitutions };
}

function textOf(part: unknown, named: (reference: unknown) => string): string {
  // What looks like a name of CloudFormation's, and is the user's own.
  if (typeof part === 'string') return part.includes('${') ? part.replaceAll('${', () => `${named('$')}{`) : part;
  const inner = (part as Partial<JoinIntrinsic>)['Fn::Join'];
  return inner === undefined ? named(part) : inner[1].map((one) => textOf(one, named)).join(inner[0]);
}

/** `RefAWSPartition1D2A9C0B`: of letters and digits, and as different as what it stands for. */
function nameOf(value: unknown): string {
  const json = JSON.stringify(value);
  const digest = createHash('sha256').update(json).digest('hex').slice(0, 8).toUpperCase();
  return `${json.replace(/[^A-Za-z0-9]/g, '')}${digest}`;
}

function outdirOf(scope: Construct): string {
  const stage = Stage.of(scope);
  if (stage === undefined)
    throw new ValidationError(`${scope.node.path} is in no app: a definition beside its template needs one.`);
  return stage.outdir;
}
