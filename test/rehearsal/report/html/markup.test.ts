import fc from 'fast-check';
import { Markup, markup, type Part } from '../../../../rehearsal/report/html/markup';

test('what is put in is text, in content and in attributes', () => {
  const name = `<b onclick="x" title='y'>&amp;`;
  expect(markup`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;b onclick=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;">&lt;b onclick=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;</p>',
  );
});

test('markup is put in as it is, lists one after the other, and nothing as nothing', () => {
  const parts: Part[] = ['a<', new Markup('<i></i>'), [1, undefined, false, 'b']];
  expect(markup`<p>${parts}${undefined}${false}${0}</p>`.text).toBe('<p>a&lt;<i></i>1b0</p>');
});

test.each([
  ['an escape code', '\u001b[31mred', '\ufffd[31mred'],
  ['a null', 'a\u0000b', 'a\ufffdb'],
  ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ['a turn of the writing direction', 'a\u202eb', 'a\ufffdb'],
])('%s is shown as replaced', (_, text, shown) => {
  expect(markup`${text}`.text).toBe(shown);
});

test('letters of all languages, lines and whole emoji stay', () => {
  expect(markup`${'Zürich\n東京\t🙂'}`.text).toBe('Zürich\n東京\t🙂');
});

test('no text whatever opens a tag or ends an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(markup`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});
