import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNpy } from '../../src/features/tables/npy.js';
import { readFeatureTable } from '../../src/features/tables/read-feature-table.js';
import { writeFeatureTable } from '../../src/features/tables/write-feature-table.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-tables-'));
});
afterAll(async () => rm(folder, { recursive: true }));

/** Writes a file and reads it as a table. */
async function read(name: string, content: string | Uint8Array, options = {}) {
  const file = join(folder, name);
  await writeFile(file, content);
  return readFeatureTable(file, options);
}

/** The message, without the folder. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message.replaceAll(`${folder}/`, '') : 'no error';
}

describe('tables of features as text', () => {
  it('are read by their numbers, with gaps as NaN', async () => {
    const table = await read('plain.csv', 'path,label,area,mean\na.png,7,12,1.5e2\nb.png,8,,NaN\n');
    expect(table).toEqual({
      names: ['area', 'mean'],
      rows: ['a.png', 'b.png'],
      values: Float64Array.of(12, 150, Number.NaN, Number.NaN),
      leftOut: ['label'],
      tableColumn: 'path',
    });
  });

  it('of EcoTaxa are read without types, prefix, places and samples', async () => {
    const header = 'object_id\timg_file_name\tobject_lat\tobject_area\tobject_%area\tsample_id\tacq_pixel';
    const table = await read(
      'eco.tsv',
      `${header}\n[t]\t[t]\t[f]\t[f]\t[f]\t[t]\t[f]\no1\to1.jpg\t43.6\t7\t0\ts\t10.6\n`,
    );
    expect(table).toMatchObject({ names: ['area', '%area'], rows: ['o1.jpg'], values: Float64Array.of(7, 0) });
    expect(table.leftOut).toEqual(['object_id', 'object_lat', 'sample_id', 'acq_pixel']);
  });

  it('take the columns that are asked for, in that order', async () => {
    const table = await read('some.csv', 'id,object_area,object_mean,n\n1,2,3,4\n', {
      columns: ['object_mean', 'area'],
    });
    expect(table).toMatchObject({ names: ['object_mean', 'area'], rows: ['1'], values: Float64Array.of(3, 2) });
  });

  it('name all that is wrong by line and column', async () => {
    const rows = ['path,area,mean', 'a.png,1,2', 'b.png,big,"1,5"', 'a.png,3,4', 'c.png,1', ',1,2', 'd.png,1e999,2'];
    expect(await refusal(read('bad.csv', rows.join('\n')))).toBe(
      [
        'The table bad.csv cannot be read.',
        "  - bad.csv:3, column area: expected a number, or nothing, received 'big'",
        "  - bad.csv:3, column mean: expected a number, or nothing, received '1,5'",
        '      It may be 1.5 or 15: write it as one of them, or separate the columns by semicolons.',
        '  - bad.csv:5: expected 3 columns, received 2',
        "  - bad.csv:7, column area: expected a number, or nothing, received '1e999'",
        '  - bad.csv:4: expected every image once, received a.png, as in line 2',
        '  - bad.csv:6: expected a path or an identifier, received none',
      ].join('\n'),
    );
  });

  it('name columns that are missing or there twice', async () => {
    const missing = read('missing.csv', 'path,area [mm2]\na.png,1\n', { columns: ['area', 'feret'] });
    expect(await refusal(missing)).toMatch(/missing.csv:1: expected a column area, received none\n.*column feret/s);
    expect(await refusal(read('twice.csv', 'id,area,area\n1,2,3\n'))).toContain(
      'twice.csv:1: expected one column for the feature area, received area and area',
    );
    expect(await refusal(read('none.csv', 'x,area\n1,2\n'))).toContain('Name the column with `tableColumn`.');
    expect(await refusal(read('text.csv', 'path,kind\na.png,round\n'))).toContain('expected columns of numbers');
  });
});

describe('tables of features as matrices', () => {
  /** A header by hand, as NumPy writes it, and the bytes of the numbers. */
  function npy(version: number, header: string, numbers: ArrayBuffer): Uint8Array {
    const length = Buffer.alloc(version === 1 ? 2 : 4);
    if (version === 1) length.writeUInt16LE(header.length);
    else length.writeUInt32LE(header.length);
    const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
    return Buffer.concat([magic, length, Buffer.from(header), new Uint8Array(numbers)]);
  }
  const header = (type: string, order: string, shape: string) =>
    `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

  beforeAll(async () => {
    for (const name of ['m', 'bad', 'short']) await writeFile(join(folder, `${name}.paths.txt`), 'a.png\nb.png\n');
  });

  it('are read in C and Fortran order, of both types, in all versions', async () => {
    const expected = { names: ['f0', 'f1', 'f2'], rows: ['a.png', 'b.png'], values: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const c = npy(1, header('<f4', 'False', '2, 3'), Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    expect(await read('m.npy', c)).toMatchObject(expected);
    const fortran = npy(2, header('<f8', 'True', '2, 3'), Float64Array.of(1, 4, 2, 5, 3, 6).buffer);
    expect(await read('m.npy', fortran)).toMatchObject(expected);
    const big = Buffer.alloc(24);
    [1, 2, 3, 4, 5, 6].forEach((value, i) => big.writeFloatBE(value, i * 4));
    const third = npy(3, header('>f4', 'False', '2, 3'), Uint8Array.from(big).buffer);
    expect(await read('m.npy', third, { columns: ['f2', 'f0'] })).toMatchObject({
      values: Float64Array.of(3, 1, 6, 4),
    });
  });

  it('are refused by their headers and sizes, before memory is taken', async () => {
    const refused = async (content: Uint8Array) => refusal(read('bad.npy', content));
    const numbers = Float32Array.of(1, 2).buffer;
    expect(await refused(npy(1, header('<i8', 'False', '2, 1'), numbers))).toContain("received numbers of type '<i8'");
    expect(await refused(npy(1, header('<f4', 'False', '2, 1, 1'), numbers))).toContain('received 3 dimensions');
    expect(await refused(npy(4, header('<f4', 'False', '2,'), numbers))).toContain('received version 4');
    expect(await refused(Buffer.from('PK a zip archive'))).toContain('received a file that does not begin as one');
    const huge = await refused(npy(1, header('<f4', 'False', '900000000, 900'), numbers));
    expect(huge).toMatch(/expected 3240000000\d+ bytes: 900000000 x 900 numbers of 4 bytes, .*received \d+/);
    expect(await refused(npy(1, header('<f4', 'False', '3,'), Float32Array.of(1, 2, 3).buffer))).toContain(
      'bad.paths.txt: expected 3 paths, one a row, received 2',
    );
    const infinite = npy(1, header('<f4', 'False', '2,'), Float32Array.of(1, Number.POSITIVE_INFINITY).buffer);
    expect(await refused(infinite)).toContain('bad.npy: row 1, column 0: expected a finite number, or NaN');
  });

  it('need the paths of their rows', async () => {
    const alone = read('alone.npy', formatNpy({ rows: 1, columns: 1, values: Float64Array.of(1) }));
    expect(await refusal(alone)).toContain('alone.paths.txt: expected a list of the paths of its 1 rows');
  });
});

describe('written tables of features', () => {
  const table = {
    names: ['area', '%area'],
    rows: ['a/1.png', 'a/2, two.png'],
    values: Float64Array.of(1.25, 0, Number.NaN, Number.NaN),
    notes: new Map([[1, 'no object']]),
  };

  it.each(['own.csv', 'own.tsv'])('%s is read again as it was', async (name) => {
    await writeFeatureTable(join(folder, name), table);
    expect(await readFeatureTable(join(folder, name))).toEqual({ ...table, leftOut: [], tableColumn: 'path' });
  });

  it('as a matrix are read again with their names', async () => {
    await writeFeatureTable(join(folder, 'own.npy'), table);
    const { names, rows, values } = await readFeatureTable(join(folder, 'own.npy'));
    expect({ names, rows, values }).toEqual({ names: table.names, rows: table.rows, values: table.values });
  });

  it('have the columns of an EcoTaxa import, where they are asked for', async () => {
    await writeFeatureTable(join(folder, 'ecotaxa_1.tsv'), table, { ecotaxa: true });
    expect(await readFile(join(folder, 'ecotaxa_1.tsv'), 'utf8')).toBe(
      'img_file_name\tobject_id\tobject_area\tobject_%area\n[t]\t[t]\t[f]\t[f]\na/1.png\t1\t1.25\t0\na/2, two.png\t2, two\t\t\n',
    );
    await expect(writeFeatureTable(join(folder, 'x.xlsx'), table)).rejects.toThrow('*.csv, *.tsv, *.txt, *.npy');
  });
});
