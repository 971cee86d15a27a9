import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** Of the report, and of the page that shows a rehearsal as it happens. Beside the program that is published. */
export const PAGE_SCRIPTS = {
  report: { source: 'page.ts', file: 'page-script.js' },
  live: { source: 'live.ts', file: 'live-page-script.js' },
} as const;

const NOTICE =
  '/*! Includes d3-scale, d3-shape, d3-array and others, Copyright Mike Bostock, and internmap; ISC licence. */';

/** How the script of pages is bundled. Small, for every page has it; a browser needs nothing else. */
export function pageScriptOptions(entry: string): BuildOptions {
  return {
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    banner: { js: NOTICE },
    legalComments: 'none',
  };
}

/** From sources it is bundled as it is asked for; the published program has it beside it. */
export function pageScript(page: keyof typeof PAGE_SCRIPTS): string {
  const { source, file } = PAGE_SCRIPTS[page];
  const entry = join(__dirname, '..', 'browser', source);
  if (!existsSync(entry)) return readFileSync(join(__dirname, file), 'utf8');
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({ ...pageScriptOptions(entry), write: false });
  return outputFiles?.[0]?.text ?? '';
}

/** For the policy of a page: a browser runs this script of it, and no other. */
export function scriptHash(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
