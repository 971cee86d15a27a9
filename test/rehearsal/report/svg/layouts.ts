import { LAYOUTS, type Layout } from '../../../../rehearsal/report/svg/frame';

export function layoutOf(name: Layout['name']): Layout {
  const layout = LAYOUTS.find((each) => each.name === name);
  if (layout === undefined) throw new Error(`no layout ${name}`);
  return layout;
}
