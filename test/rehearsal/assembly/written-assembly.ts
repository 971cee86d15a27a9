import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A folder that is removed when the suite ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a cloud assembly by hand, one stack a template. */
export function writeAssembly(templates: Record<string, object>, files: Record<string, string> = {}): string {
  const folder = temporaryFolder();
  const artifacts: Record<string, object> = {};
  for (const [stackName, template] of Object.entries(templates)) {
    writeFileSync(join(folder, `${stackName}.template.json`), JSON.stringify(template));
    artifacts[stackName] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${stackName}.template.json` },
    };
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
  }
  if ('assets.json' in files) {
    artifacts.assets = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
  return folder;
}
