import { expect, it } from 'vitest';
import { measuringNotes } from '../../../src/report/tables/measuring-notes.js';

it('notes that differ only in numbers share a line, with three of the images', () => {
  const notes = new Map([
    ['a', 'no object'],
    ['b', 'separated at grey level 12 (Otsu); touches the border'],
    ['c', 'separated at grey level 7 (Otsu)'],
    ['d', 'touches the border'],
    ['e', 'touches the border'],
    ['f', 'touches the border'],
  ]);
  expect(measuringNotes(notes)).toEqual([
    '1 image: no object (a)',
    '2 images: separated at grey level 12 (Otsu) (b, c)',
    '4 images: touches the border (b, d, e, and 1 more)',
  ]);
});

it('notes that differ only behind a colon share a line', () => {
  const notes = new Map([
    ['a', 'not measured: no such file'],
    ['b', 'not measured: not an image'],
  ]);
  expect(measuringNotes(notes)).toEqual(['2 images: not measured: no such file (a, b)']);
});
