import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonValue, parseJson } from '../src/json-lines.js';

function plain(value: JsonValue): unknown {
  if (value.kind === 'array') return value.items.map(plain);
  if (value.kind === 'object')
    return Object.fromEntries(value.members.map((member) => [member.key, plain(member.value)]));
  return value.kind === 'string' ? value.text : JSON.parse(value.text);
}

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.constantFrom(0, 2), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
      expect(plain(parseJson(spaced))).toEqual(JSON.parse(text));
    }),
  );
});

it('reads every character and escape', () => {
  const text = '["é😀\\u00e9\\n\\/\\\\\\"\u0085\u2028", {"": -1.5e-3}, [], {}, true]';
  expect(plain(parseJson(text))).toEqual(JSON.parse(text));
});

it('refuses what JSON.parse refuses', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', 'null', ' ', '-', '\n')),
      (tokens) => {
        const text = tokens.join('');
        const isValid = (parse: (text: string) => unknown): boolean => {
          try {
            parse(text);
            return true;
          } catch {
            return false;
          }
        };
        expect(isValid(parseJson)).toBe(isValid(JSON.parse));
      },
    ),
    { numRuns: 2000 },
  );
});
