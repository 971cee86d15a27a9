import { existsSync, readFileSync } from 'node:fs';

const FOLDERS = '(?:agent|batch|bin|contract|docs|examples|lib|rehearsal|scripts|test)';

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('what %s says is there is there', (file) => {
  const text = readFileSync(file, 'utf8');
  const named = [...text.matchAll(new RegExp(`\\b${FOLDERS}/[\\w./-]+(?![\\w./-]*<)`, 'g'))].map(([path]) => path);
  const files = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|md|json|py))`/g)].map(([, path = '']) => path);
  const linked = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
  expect([...named, ...files, ...linked].filter((path) => !existsSync(path))).toEqual([]);
  expect(named.length + linked.length).toBeGreaterThanOrEqual(file === 'ARCHITECTURE.md' ? 30 : 0);
});
