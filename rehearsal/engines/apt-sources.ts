import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One archive as the machine's apt sources name it. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** A keyring's path, or the key itself (deb822 only); absent: apt's trusted keys. */
  readonly signedBy?: string;
}

/** What the machine's own sources say: one-line `.list` files and deb822 `.sources` files (sources.list(5)). */
export function readAptSources(folder = '/etc/apt'): AptSource[] {
  const files = [join(folder, 'sources.list')];
  for (const name of namesIn(join(folder, 'sources.list.d')).sort()) files.push(join(folder, 'sources.list.d', name));
  return files.flatMap((file) => {
    if (file.endsWith('.sources')) return parseDeb822(textOf(file));
    // apt itself reads no other ending, e.g. `.list.disabled` or `.save`.
    return file.endsWith('.list') ? parseOneLine(textOf(file)) : [];
  });
}

/** `deb [signed-by=/path] URI suite component…` */
export function parseOneLine(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match?.[2] || !match[3]) continue;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(match[1] ?? '')?.[1];
    const components = (match[4] ?? '').trim().split(/\s+/).filter(Boolean);
    sources.push({ uri: match[2], suite: match[3], components, ...(signedBy && { signedBy }) });
  }
  return sources;
}

/** Stanzas of `Field: value`, with continuation lines; several URIs and suites in one stanza. */
export function parseDeb822(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const stanza of text.split(/\n(?:[ \t]*\n)+/)) {
    const fields = fieldsOf(stanza);
    const words = (name: string) => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || /^(no|false|0|off)$/i.test(fields.get('enabled') ?? 'yes')) continue;
    const signedBy = fields.get('signed-by');
    for (const uri of words('uris')) {
      for (const suite of words('suites')) {
        sources.push({ uri, suite, components: words('components'), ...(signedBy && { signedBy }) });
      }
    }
  }
  return sources;
}

function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z0-9-]+):[ \t]*(.*)$/.exec(line);
    if (field?.[1]) {
      current = field[1].toLowerCase();
      fields.set(current, (field[2] ?? '').trim());
    } else if (current && /^[ \t]/.test(line)) {
      fields.set(current, `${fields.get(current) ?? ''}\n${line.trimEnd()}`);
    }
  }
  return fields;
}

function namesIn(folder: string): string[] {
  return ifPresent(() => readdirSync(folder)) ?? [];
}

function textOf(file: string): string {
  return ifPresent(() => readFileSync(file, 'utf8')) ?? '';
}

function ifPresent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
