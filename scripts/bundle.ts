import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { PAGE_SCRIPTS, pageScriptOptions } from '../rehearsal/report/html/page-script';
import { writeBlueProgram } from './blue-program';
import { licencesOf } from './licences';

/** A program that users get prebuilt: it needs nothing but Node.js 22. */
export interface Bundle {
  readonly name: string;
  /** Relative to the project. */
  readonly entry: string;
  /** Relative to the output directory. */
  readonly file: string;
  /** Started by its own name; its entry begins with `#!`. */
  readonly executable: boolean;
  /** Packages that are there where it runs, and are left out. */
  readonly provided?: readonly string[];
  /**
   * Cut where it imports on demand, into ES modules beside its first file: what is not asked for is not read. @default - one file
   */
  readonly inParts?: boolean;
  /** Programs that share its parts, by the names of their files. @default - none */
  readonly also?: Readonly<Record<string, string>>;
  /** Whether it writes pages with scripts, which stand beside it. */
  readonly writesPages?: boolean;
}

/** Each in a folder of its own: a CDK asset is a folder, and its hash must not change with its neighbours. */
export const bundles: readonly Bundle[] = [
  { name: 'agent', entry: 'agent/main.ts', file: 'agent/cutover-agent.js', executable: true },
  { name: 'batch-host', entry: 'batch/main.ts', file: 'batch-host/batch-host.js', executable: true },
  {
    name: 'cutover-record-handler',
    entry: 'lib/cutover/record/handler/index.ts',
    file: 'cutover-record-handler/index.js',
    executable: false,
    // Lambda's Node.js runtimes bring the SDK along.
    provided: ['@aws-sdk/*'],
  },
  // In a checkout the users' processes run from source, through tsx.
  {
    name: 'cutover',
    entry: 'bin/cutover.ts',
    file: '../bin/cutover.mjs',
    executable: true,
    provided: ['tsx', 'esbuild'],
    // A help is there in a blink: the clients of AWS and the rehearsal are 12 MB.
    inParts: true,
    // What the rehearsal starts in processes of their own speaks to the same engines by the same packages.
    also: { 'load-clients': 'rehearsal/clients/client/process.ts' },
    writesPages: true,
  },
];

const project = resolve(__dirname, '..');
/** Of the shell: put together, and not compiled. */
const BLUE = 'batch-blue';

/**
 * Builds one bundle, with the licences of what it includes beside it, and gives the path of its file.
 *
 * The same sources give the same bytes on every machine: an asset's hash decides whether a deploy replaces the
 * migration host, and that must not happen for nothing. So paths relative to the project in the output, and no
 * time stamp. Not minified: a stack trace from the host at night should name the function.
 */
export async function buildBundle(bundle: Bundle, outputDirectory: string): Promise<string> {
  const file = join(outputDirectory, bundle.file);
  // Parts of an earlier build have other names.
  if (bundle.inParts === true) rmSync(dirname(file), { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: project,
    bundle: true,
    platform: 'node',
    target: 'node22',
    ...(bundle.inParts === true
      ? inParts(bundle, file)
      : { entryPoints: [bundle.entry], outfile: file, format: 'cjs' }),
    // The SDK's ES modules leave out the commands nobody calls; its CommonJS ones do not.
    mainFields: ['module', 'main'],
    legalComments: 'eof',
    external: [...(bundle.provided ?? [])],
    metafile: true,
    logLevel: 'warning',
  });
  if (bundle.writesPages === true) await buildPageScripts(dirname(file));
  const licences = licencesOf(project, Object.keys(metafile.inputs));
  if (licences !== '') writeFileSync(join(dirname(file), 'THIRD-PARTY-LICENCES.txt'), licences);
  if (bundle.executable) chmodSync(file, 0o755);
  return file;
}

/** What is in them is in the program, too, and its licences beside it. */
async function buildPageScripts(folder: string): Promise<void> {
  for (const { source, file } of Object.values(PAGE_SCRIPTS)) {
    const entry = join('rehearsal/report/browser', source);
    await build({ ...pageScriptOptions(entry), absWorkingDir: project, outfile: join(folder, file) });
  }
}

/** CommonJS packages among the parts call `require`, and sources of ours look for files beside them. */
const OF_COMMONJS = `import { createRequire as requireBeside } from 'node:module';
const require = requireBeside(import.meta.url);
const __dirname = import.meta.dirname;`;

function inParts({ entry, also }: Bundle, file: string): BuildOptions {
  const extension = extname(file);
  const name = basename(file, extension);
  return {
    entryPoints: { [name]: entry, ...also },
    outdir: dirname(file),
    chunkNames: `${name}-[hash]`,
    outExtension: { '.js': extension },
    format: 'esm',
    splitting: true,
    banner: { js: OF_COMMONJS },
  };
}

async function main(names: readonly string[]): Promise<void> {
  const known = [...bundles.map((bundle) => bundle.name), BLUE];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No bundle is named ${unknown.join(', ')}; there are: ${known.join(', ')} (none given: all).`);
  }
  for (const bundle of bundles.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stdout.write(`${await buildBundle(bundle, join(project, 'dist/bundles'))}\n`);
  }
  if (names.length === 0 || names.includes(BLUE)) {
    process.stdout.write(`${writeBlueProgram(join(project, 'dist/bundles', BLUE))}\n`);
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
