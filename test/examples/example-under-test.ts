import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { examples, hosts } from '../../examples';
import { type Assembly, loadAssembly } from '../../rehearsal/assembly';
import { madeOnce } from '../made-once';
import { temporaryFolder } from '../rehearsal/assembly/written-assembly';

const CONVERTING = ', converting';

/** Those that migrate, by name, and what can be had otherwise. */
export const EXAMPLES = [...Object.keys(examples), `mysql-to-aurora${CONVERTING}`];

/** Those that migrate nothing. */
export const HOSTS = Object.keys(hosts);

export interface Synthesized {
  readonly directory: string;
  readonly assembly: Assembly;
  /** A stack's template, as it is deployed. */
  template(stack: string): Template;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** An example that is not synthesized yet. */
export function exampleApp(name: string, migrating = true, outdir = temporaryFolder()): App {
  const app = new App({
    outdir,
    context: { 'aws:cdk:enable-path-metadata': true },
    treeMetadata: false,
  });
  hosts[name]?.(app);
  examples[name.replace(CONVERTING, '')]?.(app, { migrating, converting: name.endsWith(CONVERTING) });
  return app;
}

/** As it is synthesized; not to be written into, for all suites read the same. */
export function synthesized(name: string, migrating = true): Synthesized {
  const directory = madeOnce(`${name}${migrating ? '' : ', not migrating'}`, (outdir) => {
    exampleApp(name, migrating, outdir).synth();
  });
  return {
    directory,
    assembly: loadAssembly(directory),
    template: (stack) => JSON.parse(readFileSync(join(directory, `${stack}.template.json`), 'utf8')),
  };
}
