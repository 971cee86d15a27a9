import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { apiPages } from './api-pages';

const PROJECT = resolve(__dirname, '..');
const PAGES = join(PROJECT, 'docs/api');

/** Makes `docs/api` of the assembly that `npm run compile` has written. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'api-pages-'));
  try {
    const whole = join(folder, 'API.md');
    execFileSync('jsii-docgen', ['--output', whole], { cwd: PROJECT, stdio: 'inherit' });
    const assembly = JSON.parse(readFileSync(join(PROJECT, '.jsii'), 'utf8'));
    const pages = apiPages(readFileSync(whole, 'utf8'), assembly);
    rmSync(PAGES, { recursive: true, force: true });
    mkdirSync(PAGES, { recursive: true });
    for (const [file, text] of pages) writeFileSync(join(PAGES, file), text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
