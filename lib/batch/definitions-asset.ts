import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { bundledAsset } from '../cutover/host/bundled-asset';
import { ValidationError } from '../validation-error';

export interface DefinitionsAsset {
  readonly asset: Asset;
  /** SHA-256 of the list of all files and their digests, hexadecimal. */
  readonly digest: string;
}

export interface DefinitionsAssetProps {
  /** The app's folder. @default - none */
  readonly files?: string;
  readonly definitions: unknown;
}

/** The program, what it is told, and the app's files, with a list of digests: who may write to the bucket does not say what runs. */
export function definitionsAsset(scope: Construct, { files, definitions }: DefinitionsAssetProps): DefinitionsAsset {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-batch-'));
  try {
    mkdirSync(join(folder, 'files'));
    if (files !== undefined) cpSync(files, join(folder, 'files'), { recursive: true, dereference: true });
    copyFileSync(join(bundledAsset('batch-host'), 'batch-host.js'), join(folder, 'batch-host.js'));
    writeFileSync(join(folder, 'definitions.json'), `${JSON.stringify(definitions, undefined, 1)}\n`);
    const list = digestsOf(folder);
    writeFileSync(join(folder, 'SHA256SUMS'), list);
    return { asset: new Asset(scope, 'Definitions', { path: folder }), digest: sha256(list) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As `sha256sum --check` reads it. */
function digestsOf(folder: string): string {
  const all = readdirSync(folder, { recursive: true }).map(String).sort();
  const strange = all.find((file) => /[\n\\]/.test(file));
  if (strange !== undefined) {
    throw new ValidationError(
      `files: got ${JSON.stringify(strange)}; accepted are names without line breaks and backslashes.`,
    );
  }
  return all
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => `${sha256(readFileSync(join(folder, file)))}  ${file}\n`)
    .join('');
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
