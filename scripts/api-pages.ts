/** What is read of a jsii assembly. */
export interface Assembly {
  readonly name: string;
  readonly types: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly docs?: { readonly summary?: string };
        readonly locationInModule: { readonly filename: string };
      }
    >
  >;
}

/** What each construct has of the construct library: told on every class, it hides what is the class's own. */
const INHERITED = ['isConstruct', 'toString', 'with', 'property.node'];

const HOW_TO_READ = `The construct library gives every construct \`node\`, \`toString\`, \`with\` and \`isConstruct\`: they are left out.`;

/**
 * Splits the one page that jsii-docgen makes into a page for each folder of `lib`, and an index. By submodules jsii-docgen
 * would split it itself, but those change what users import.
 *
 * @returns the pages by the name of their file
 */
export function apiPages(markdown: string, assembly: Assembly): ReadonlyMap<string, string> {
  const moduleOf = new Map(Object.values(assembly.types).map((type) => [type.name, folderOf(type)]));
  const sections = sectionsOf(markdown);
  const unknown = sections.filter(({ type }) => !moduleOf.has(type)).map(({ type }) => type);
  if (unknown.length > 0) throw new Error(`API: the assembly has no ${unknown.join(', ')}. Run: npm run compile`);
  const modules = [...new Set(moduleOf.values())].sort();
  const pages = modules.map((module): [string, string] => {
    const own = sections.filter(({ type }) => moduleOf.get(type) === module);
    const kinds = [...new Set(own.map(({ kind }) => kind))];
    const parts = kinds.flatMap((kind) => [
      `## ${kind}\n`,
      ...own.filter((section) => section.kind === kind).map(({ text }) => withoutInherited(text)),
    ]);
    const page = `# API: ${module}\n\n[All modules](README.md). ${HOW_TO_READ}\n\n${parts.join('\n')}`;
    return [`${module}.md`, linked(page, assembly.name, module, moduleOf)];
  });
  return new Map([['README.md', indexOf(assembly, sections, moduleOf)], ...pages]);
}

interface Section {
  /** Constructs, Structs, Classes, Protocols, Enums. */
  readonly kind: string;
  readonly type: string;
  readonly text: string;
}

function sectionsOf(markdown: string): Section[] {
  return markdown.split(/^(?=## )/m).flatMap((part) => {
    const [, kind] = /^## (\w+) /.exec(part) ?? [];
    if (kind === undefined) return [];
    return part
      .split(/^(?=### )/m)
      .slice(1)
      .map((text) => ({ kind, type: /^### (\w+)/.exec(text)?.[1] ?? '', text: `${text.trimEnd()}\n` }));
  });
}

/** `lib/elasticache/cache/cache.ts` is of elasticache. */
function folderOf({ name, locationInModule: { filename } }: Assembly['types'][string]): string {
  const [, folder] = /^lib\/([\w-]+)\//.exec(filename) ?? [];
  if (folder === undefined) throw new Error(`API: ${name} is in ${filename}; accepted is a file in a folder of lib.`);
  return folder;
}

/** Without members of the construct library, and without a part that then has none. */
function withoutInherited(text: string): string {
  const parts = text.split(/^(?=#### )/m).map((part) => {
    const members = part.split(/^(?=##### )/m);
    const own = members.filter((member) => {
      const [, id = ''] = /^##### .*? id="[^".]+\.\w+\.([^"]+)"/.exec(member) ?? [];
      return !INHERITED.includes(id);
    });
    if (own.length === members.length) return part;
    const [table = '', ...rest] = own;
    if (rest.length === 0) return '';
    return [table.split('\n').filter(isNotInherited).join('\n'), ...rest].join('');
  });
  return `${parts.join('').trimEnd()}\n`;
}

const isNotInherited = (row: string) =>
  !INHERITED.some((member) => new RegExp(`^\\| <code><a href="#[^".]+\\.\\w+\\.${member}"`).test(row));

/** What is told of a type of another page is on that page. */
function linked(page: string, name: string, module: string, moduleOf: ReadonlyMap<string, string>): string {
  return page.replaceAll(new RegExp(`href="#(${name}\\.(\\w+)[^"]*)"`, 'g'), (_, id: string, type: string) => {
    const other = moduleOf.get(type);
    return other === undefined || other === module ? `href="#${id}"` : `href="${other}.md#${id}"`;
  });
}

function indexOf(assembly: Assembly, sections: readonly Section[], moduleOf: ReadonlyMap<string, string>): string {
  const types = new Map(Object.values(assembly.types).map((type) => [type.name, type]));
  const modules = [...new Set(moduleOf.values())].sort();
  const lists = modules.map((module) => {
    const rows = sections
      .filter(({ type }) => moduleOf.get(type) === module)
      .map(({ type }) => {
        const summary = types.get(type)?.docs?.summary ?? '';
        return `| [${type}](${module}.md#${assembly.name}.${type}) | ${summary.replaceAll('|', '\\|')} |`;
      });
    return `## [${module}](${module}.md)\n\n| type | |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# API\n\nA page a module, made by \`npm run docs\`. All types are imported from \`${assembly.name}\`.\n\n${lists.join('\n')}`;
}
