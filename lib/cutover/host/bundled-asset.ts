import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ValidationError } from '../../validation-error';
import { packageRoot } from '../package-root';

/** The folder of a program that the package ships prebuilt, so that users need neither esbuild nor Docker. */
export function bundledAsset(name: 'agent' | 'batch-blue' | 'batch-host' | 'cutover-record-handler'): string {
  const folder = join(packageRoot(__dirname), 'dist', 'bundles', name);
  if (!existsSync(folder)) {
    throw new ValidationError(`${folder} is missing: the package was not built. In a checkout, run: npm run bundle`);
  }
  return folder;
}

/** SHA-256 of a bundled program's file, hexadecimal. */
export function bundledDigest(name: 'agent', file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(bundledAsset(name), file)))
    .digest('hex');
}
