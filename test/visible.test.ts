import { expect, it } from 'vitest';
import { visible, visibleLines } from '../src/visible.js';

it('shows what is not seen, and leaves letters, spaces and joined emoji as they are', () => {
  expect(visible('\x1b[31m\x00\x07\r\n\t\x7f\x9b\u2028\u202e\u2066\u200f\ufeff\ud800')).toBe(
    '\\x1b[31m\\x00\\x07\\r\\n\\t\\x7f\\x9b\\u{2028}\\u{202e}\\u{2066}\\u{200f}\\u{feff}\\u{d800}',
  );
  const plain = 'é e\u0301 日本 👩\u200d🔬 می\u200cخواهم \u00a0 C:\\new';
  expect(visible(plain)).toBe(plain);
  expect(visibleLines('a\n\x1bb\r\n')).toBe('a\n\\x1bb\\r\n');
});
