import { describe, expect, it } from 'vitest';
import { breakable, html, jsonData } from '../../../src/report/html/markup.js';

describe('html', () => {
  it('escapes what is put in, in texts and in attributes, and markup not again', () => {
    const inner = html`<b title="${`"><x y='`}">${'<&>'}</b>`;
    expect(inner.text).toBe('<b title="&quot;&gt;&lt;x y=&#39;">&lt;&amp;&gt;</b>');
    expect(html`<p>${inner}</p>`.text).toBe(`<p>${inner.text}</p>`);
  });

  it('joins lists and leaves nothing for what is undefined', () => {
    expect(html`${[1, '<', html`<br>`, undefined]}|${undefined}|${0}`.text).toBe('1&lt;<br>||0');
  });
});

describe('breakable', () => {
  it('lets lines break after what joins words, and escapes', () => {
    expect(breakable('a>b_c<').text).toBe('a&gt;<wbr>b_<wbr>c&lt;');
  });
});

describe('jsonData', () => {
  it('cannot be ended from inside, and reads back', () => {
    const value = { name: '</script><!--', list: [1, null] };
    const [, text = ''] = /^<script type="application\/json">(.*)<\/script>$/.exec(jsonData(value).text) ?? [];
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(value);
  });
});
