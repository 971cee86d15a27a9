import { type Markup, markup, type Part } from './markup';

export interface Column {
  readonly heading: string;
  /** Right-aligned, so that digits stand below digits. */
  readonly number?: boolean;
}

/** The first cell of a row is its heading. */
export function table(
  caption: string | undefined,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
): Markup {
  const kind = (index: number) => (columns[index]?.number === true ? markup` class="number"` : undefined);
  return markup`<table>${caption !== undefined && markup`<caption>${caption}</caption>`}
<thead><tr>${columns.map(({ heading }, index) => markup`<th scope="col"${kind(index)}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => markup`<tr>${cells.map((cell, index) => (index === 0 ? markup`<th scope="row"${kind(index)}>${cell}</th>` : markup`<td${kind(index)}>${cell}</td>`))}</tr>\n`)}</tbody></table>`;
}
