import { describe, expect, it } from 'vitest';
import { decodeText } from '../src/text.js';

describe('decodeText', () => {
  it('reads UTF-8 and marked UTF-16, without the mark', () => {
    const text = 'class,path\né,A>é\n𐀀,B\n';
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    expect(decodeText(Buffer.from(text))).toEqual({ text });
    expect(decodeText(Buffer.from(`\uFEFF${text}`))).toEqual({ text });
    expect(decodeText(utf16)).toEqual({ text });
    expect(decodeText(Buffer.from(utf16).swap16())).toEqual({ text });
    expect(decodeText(new Uint8Array())).toEqual({ text: '' });
  });

  it.each([
    ['Latin-1', Buffer.from('class\nx\nCop\xe9pode\n', 'latin1'), 3, '(0xe9, byte 12 of the file)'],
    ['a character cut off', Buffer.from([0x61, 0x0a, 0xc3]), 2, '(0xc3, byte 3 of the file)'],
    ['UTF-16 without a mark', Buffer.from('class\nx\n', 'utf16le'), 1, 'a NUL character'],
    ['a table that is compressed', Buffer.from([0x1f, 0x8b, 8, 0]), 1, 'a file compressed by gzip'],
    ['a spreadsheet', Buffer.from('PK\x03\x04...'), 1, 'a spreadsheet (.xlsx, .ods) or a zip file'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]), 1, 'bytes of another encoding'],
  ])('refuses %s with its place', (_, bytes, line, received) => {
    expect(decodeText(bytes)).toMatchObject({ line, problem: { received: expect.stringContaining(received) } });
  });
});
