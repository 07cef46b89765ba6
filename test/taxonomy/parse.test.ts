import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type ParseOptions, parseTaxonomy } from '../../src/taxonomy/parse.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';

function read(text: string, options: ParseOptions = {}): Taxonomy {
  const result = parseTaxonomy(text, options);
  if (isLeft(result)) throw new Error(JSON.stringify(result.left, undefined, 1));
  return result.right;
}

/** Each problem as `line: received`. */
function problems(text: string, options: ParseOptions = {}): string[] {
  const result = parseTaxonomy(text, { source: 't', ...options });
  if (isRight(result)) throw new Error('expected problems');
  return result.left.map(({ where, received }) => `${where.replace('t, line ', '')}: ${received}`);
}

function leaves(taxonomy: Taxonomy): string[] {
  return taxonomy.classes.map((label) => `${label} = ${taxonomy.leafOf(label)}`);
}

describe('a table of paths', () => {
  it('reads names from the top down to the leaf', () => {
    expect(leaves(read('class,path\nx,A>B>leaf x\ny,A>B>y\nz,A>z\n'))).toEqual([
      'x = A>B>leaf x',
      'y = A>B>y',
      'z = A>z',
    ]);
  });

  it('hangs classes below a parent path', () => {
    expect(leaves(read('class,parent path,id\nx,A>B,1\ny,A>B,2\nz,A,3\n'))).toEqual([
      'x = A>B>x',
      'y = A>B>y',
      'z = A>z',
    ]);
    expect(leaves(read('Parent_Path,Class\nA,x\nA,y\n'))).toEqual(['x = A>x', 'y = A>y']);
  });

  it.each([
    ['CRLF, BOM, blank lines, spaces', '\uFEFF\r\nclass , path\r\n\r\n x, A > x \r\n , \r\n  \r\ny ,A>y\r\n'],
    ['old Macintosh line ends', 'class,path\rx,A>x\ry,A>y'],
    ['quotes and other columns', '"class",note,"path"\n"x","a\nnote, of two lines",A>x\ny,,"A>y"'],
    ['tabs', 'path\tclass\nA>x\tx\nA>y\ty\n'],
    ['semicolons', 'class;path\nx;A>x\ny;A>y\n'],
    ['slashes', 'class,path\nx,A/x\ny,A/y\n'],
    ['a slash in front', 'class,path\nx,/A/x\ny,/A/y\n'],
  ])('reads %s', (_, text) => {
    expect(leaves(read(text))).toEqual(['x = A>x', 'y = A>y']);
  });

  it('reads a slash as part of a name if paths are separated by >', () => {
    expect(leaves(read('class,path\nx,A>x/1\ny,A>y\n'))).toEqual(['x = A>x/1', 'y = A>y']);
    expect(leaves(read('class,path\na/b,a/b\ny,c\n', { separator: '>' }))).toEqual(['a/b = a/b', 'y = c']);
    expect(problems('class,path\nx,A>x\ny,A/y\nz,A/z\n', { separator: '/' })).toEqual(["2: a '>' in the name 'A>x'"]);
  });

  it('allows names that differ only by case, and quotes and commas in names', () => {
    const taxonomy = read(
      'class,path\ncopepod,Copepod>copepod\nCOPEPOD,Copepod>COPEPOD\n"a, ""b""","copepod>a, ""b"""\nc,copepod>c\n',
    );
    expect(taxonomy.internalNodes().map(({ path }) => path)).toEqual(['', 'Copepod', 'copepod']);
    expect(taxonomy.leafOf('a, "b"')).toBe('copepod>a, "b"');
  });

  it('gives the right line after blank lines and rows of several lines', () => {
    expect(problems('class,path,note\n\n\nx,A>x,"1\n2\n\n3"\n\ny,A>>y,\nz,A>z,')).toEqual([
      "9: an empty name, in the path 'A>>y'",
    ]);
  });
});

describe('a table of paths is refused for', () => {
  it('a class twice, and a class with two parents', () => {
    expect(problems('class,path\nx,A>x\ny,A>y\nx,A>x\ny,B>y\nz,B>z')).toEqual([
      "4: 'x' a second time",
      "5: 'y' in a second place: 'B>y' besides 'A>y'",
    ]);
  });

  it('two classes at one leaf, hinting at the parent path', () => {
    const result = parseTaxonomy('class,path\nx,A>B\ny,A>B\nz,A>C');
    expect(isLeft(result) && result.left).toMatchObject([
      { where: 'taxonomy, line 3', received: "'y' at 'A>B', which is the leaf of 'x' (taxonomy, line 2)" },
    ]);
    expect(isLeft(result) && result.left[0]?.remedy).toContain("'parent path'");
  });

  it('a leaf that is an inner node too, before and after', () => {
    expect(problems('class,path\nB,A>B\nx,A>B>x\ny,A>B>y\nA,A')).toEqual([
      "2: 'B' at 'A>B', which has nodes below it (t, line 3)",
      "5: 'A' at 'A', which has nodes below it (t, line 2)",
    ]);
  });

  it('empty names', () => {
    expect(problems('class,path\nx,A>\n,A>y\nz,>A>z\nw,\nv,A>v')).toEqual([
      "2: an empty name, in the path 'A>'",
      '3: an empty name',
      "4: an empty name, in the path '>A>z'",
      '5: an empty name',
    ]);
    expect(problems('class,parent path\nx,\ny,A\nz,A')).toEqual(["2: an empty name, in the path '>x'"]);
  });

  it('single children, unless `singleChild` allows them', () => {
    const text = 'class,path\nx,A>B>x\ny,A>C>D>y\nz,A>C>D>z';
    expect(problems(text)).toEqual(["2: one below 'A>B': x", "3: one below 'A>C': D"]);
    expect(leaves(read(text, { singleChild: 'collapse' }))).toEqual(['y = A>D>y', 'z = A>D>z', 'x = A>x']);
    expect(leaves(read(text, { singleChild: 'keep' }))).toEqual(['x = A>B>x', 'y = A>C>D>y', 'z = A>C>D>z']);
  });

  it('no single child because of another line that is refused', () => {
    expect(problems('class,path\nx,A>B>x\n,A>B>y\nz,A>z')).toEqual(['3: an empty name']);
    expect(problems('class,path\nx,A>B>x\ny,A>B>\nz,A>z')).toEqual(["3: an empty name, in the path 'A>B>'"]);
  });

  it('missing, double and competing columns', () => {
    expect(problems('clas,pth\nx,A>x')).toEqual(["1: the columns 'clas', 'pth'"]);
    const result = parseTaxonomy('clas,pth\nx,A>x');
    expect(isLeft(result) && result.left[0]?.remedy).toBe("Did you mean 'class' for 'clas' and 'path' for 'pth'?");
    expect(problems('class,path,path\nx,A>x,A>x')).toEqual(["1: the columns 'class', 'path', 'path'"]);
    expect(problems('class,path,parent path\nx,A>x,A')).toEqual(["1: the columns 'class', 'path', 'parent path'"]);
    expect(problems('\n\nx,A>x\ny,A>y')).toEqual(["3: the columns 'x', 'A>x'"]);
  });

  it('rows with too few or too many fields', () => {
    expect(problems('class,path\nx\ny,A>y, or so\nz,A>z,\nw,A>w')).toEqual(['2: 1', '3: 3']);
  });

  it('quotes that are not closed or do not stand around a field, and goes on after each', () => {
    expect(problems('class,path\n"x,A>x\ny,A"B>y\n"z"z,A>z\nv,A>\nw,A>w')).toEqual([
      `2: '"x,A>x'`,
      `3: 'y,A"B>y'`,
      `4: '"z"z,A>z'`,
      "5: an empty name, in the path 'A>'",
    ]);
  });

  it('a stray quote that swallows rows, with both lines', () => {
    const text = 'class,path,note\na,P>X>a,ok\nb,P>X>b,"broken\nc,P>Y>c,x\nd,P>Y>d,y"\ne,P>Y>e,ok\nf,P>Y>f,ok\n';
    expect(problems(text)).toEqual(['3: a quoted cell from line 3 to line 5 that seems to hold rows']);
  });

  it('names that differ only in Unicode form', () => {
    expect(problems('class,path\nx,cop\u00e9>x\ny,cope\u0301>y\nz,cop\u00e9>z\n', { singleChild: 'keep' })).toEqual([
      "3: 'cope\\u{301}', which looks like 'cop\\u{e9}' (t, line 2)",
    ]);
  });

  it('columns of paths beside columns of edges', () => {
    expect(problems('class,path,parent,child\nx,A>x,A,x\ny,A>y,A,y\n')).toEqual([
      "1: the columns 'class', 'path', 'parent', 'child'",
    ]);
  });

  it('nothing in it, or fewer than two classes', () => {
    for (const text of ['', '\uFEFF', ' \n\r\n ']) expect(problems(text)).toEqual(['t: an empty file']);
    expect(problems('class,path\n')).toEqual(['t: none']);
    expect(problems('class,path\nx,A>B>x\n')).toEqual(["t: one, 'x'"]);
  });
});

describe('paths joined by > in one line and by / in another', () => {
  it('are refused, with both lines', () => {
    const text = 'class,path\nA,living>Copepoda>A\nB,living/Copepoda/B\nC,living>C\n';
    expect(problems(text)).toEqual(['3: paths joined by > in line 2 and by / in line 3']);
  });

  it('are read where / is part of a name', () => {
    expect(leaves(read('class,path\na,A>a\nb,A>b/c\nn/a,n/a\n'))).toEqual(['a = A>a', 'b = A>b/c', 'n/a = n/a']);
    const options = { separator: '>' as const };
    expect(leaves(read('class,path\na,A>a\nb,A>b\nc,n/a\n', options)).at(-1)).toBe('c = n/a');
  });
});

describe('a table of edges', () => {
  it('makes a tree of names', () => {
    expect(leaves(read('child,parent\ny,B\nB,A\nx,B\n10,A\n9,A\n'))).toEqual([
      '10 = A>10',
      '9 = A>9',
      'x = A>B>x',
      'y = A>B>y',
    ]);
    expect(read('parent,child\nA,x\nA,y\nB,z\nB,w').root).toBe('');
  });

  it('is refused for a child with two parents, and an edge twice', () => {
    expect(problems('parent,child\nA,B\nA,C\nB,x\nB,y\nC,z\nC,x\nA,B')).toEqual([
      "7: 'C' besides 'B' (line 4)",
      "8: 'A' > 'B' a second time",
    ]);
    expect(problems('parent,child\nA,B\nA,C\nB,x\nB,y\nC,x')).toEqual(["6: 'C' besides 'B' (line 4)"]);
    expect(problems('parent,child\nA,B\nA,C\nB,x\nB,y\nC,x\nC,x')).toEqual([
      "6: 'C' besides 'B' (line 4)",
      "7: 'C' > 'x' a second time",
    ]);
  });

  it('is refused for cycles, which it names', () => {
    expect(problems('parent,child\na,b\nb,c\nc,a')).toEqual(['4: a cycle: a > b > c > a']);
    expect(problems('parent,child\nT,x\nT,y\ny,z\ny,w\nz,y\nw,w\na,b\nb,a')).toEqual([
      '6: a cycle: y > z > y',
      '7: a cycle: w > w',
      '9: a cycle: a > b > a',
    ]);
    // The first line of two that cannot both stay is kept.
    expect(problems('parent,child\nc,b\nb,c\na,b\na,d')).toEqual([
      '3: a cycle: c > b > c',
      "4: 'a' besides 'c' (line 2)",
    ]);
  });

  it('is refused for empty names, each row', () => {
    expect(problems('parent,child\nA,x\nA,y\n,z\nA,\n,w')).toEqual([
      '4: an empty name',
      "5: an empty name, in the path 'A>'",
      '6: an empty name',
    ]);
  });

  it('may mark its roots by an empty parent', () => {
    expect(leaves(read('parent,child\n,T\nT,x\nT,y'))).toEqual(['x = T>x', 'y = T>y']);
    expect(leaves(read('parent,child\nT,x\nT,y\nU,z\nU,w\n,T\n,U'))).toHaveLength(4);
    expect(problems('parent,child\n,T\nT,x\nT,y\nx,T')).toEqual(['5: a cycle: T > x > T']);
    expect(problems('parent,child\nT,x\nT,y\nx,a\nx,b\n,x')).toEqual(["6: none, as a root has besides 'T' (line 2)"]);
  });

  it('is refused for invalid names, each reported once, and for single children', () => {
    expect(problems('parent,child\nA,B>C\nB>C,x\nB>C,y\nA,D\nD,z')).toEqual([
      "2: a '>' in the name 'B>C', in the path 'A>B>C>x'",
      "5: one below 'A>D': z",
    ]);
  });

  it('is refused for everything at once, without errors that follow from others', () => {
    expect(problems('parent,child\nT,A\nT,B\nA,x\nA,y\nB,x\nB,z\ny,T\nT,C\nC,D\nD,v\nD,w')).toEqual([
      "6: 'B' besides 'A' (line 4)",
      '8: a cycle: T > A > y > T',
      "9: one below 'T>C': D",
    ]);
  });

  it('may be long: 1,000 leaves below 60 levels', () => {
    const chain = Array.from({ length: 60 }, (_, i) => `l${i},l${i + 1}`);
    const leaves = Array.from({ length: 1000 }, (_, i) => `l60,c${i}`);
    const text = ['parent,child', ...chain, ...leaves].join('\n');
    expect(read(text, { singleChild: 'keep' }).node('l0').height).toBe(61);
    expect(problems(text)).toHaveLength(1);
  });
});

describe('JSON', () => {
  it('reads nodes with names and children', () => {
    const text = `{"name": "A", "rank": 1, "children": [
      {"name": "B", "children": [{"name": "x", "children": []}, {"name": "y", "label": "class y"}]},
      {"name": "z", "ids": [1, 2]}
    ]}`;
    expect(leaves(read(text))).toEqual(['x = A>B>x', 'class y = A>B>y', 'z = A>z']);
  });

  it('reads nested objects whose keys are names', () => {
    const text = '{"Plankton": {"Copepod": ["calanoid", "cyclopoid"], "Diatom": null, "Fish": {}, "name": ["a", "b"]}}';
    expect(leaves(read(text))).toEqual([
      'calanoid = Plankton>Copepod>calanoid',
      'cyclopoid = Plankton>Copepod>cyclopoid',
      'Diatom = Plankton>Diatom',
      'Fish = Plankton>Fish',
      'a = Plankton>name>a',
      'b = Plankton>name>b',
    ]);
  });

  it('reads several tops, and the forms mixed', () => {
    expect(leaves(read('["x", {"B": ["y", {"name": "z"}]}]'))).toEqual(['y = B>y', 'z = B>z', 'x = x']);
    expect(read('\uFEFF {"A": ["x", "y"], "B": ["z", "w"]}').root).toBe('');
  });

  it('is refused with the line of each problem', () => {
    const text = `{"name": "A", "children": [
      {"name": "B", "label": "b", "children": [{"name": "x"}, {"name": "y"}]},
      {"name": "C", "children": [{"name": ""}, {"name": "w"}]},
      {"name": "D", "children": [
        {"name": "x"},
        7, {"name": "v", "label": 3},
        {"name": "E", "childern": ["u"]}
      ]},
      {"name": "F", "children": [{"name": "G", "children": [{"name": "s"}]}]},
      {"name": "p>q", "children": ["n", "m"]},
      {"name": "D", "children": ["l", [], "k"]}
    ]}`;
    expect(problems(text)).toEqual([
      "2: 'b' at 'A>B', which has nodes below it (t, line 2)",
      "3: an empty name, in the path 'A>C>'",
      "5: 'x' in a second place: 'A>D>x' besides 'A>B>x'",
      '6: 7',
      '6: 3',
      "7: 'childern'",
      "9: one below 'A>F': G > s",
      "10: a '>' in the name 'p>q', in the path 'A>p>q>n'",
      "11: 'D' a second time (after t, line 4)",
      '11: a list inside a list',
    ]);
  });

  it('is refused for keys that an object has twice', () => {
    expect(problems('{"A": ["x", "y"],\n "B": ["z", "w"],\n "A": ["u", "v"]}')).toEqual([
      "3: 'A' a second time (after t, line 1)",
    ]);
    expect(problems('["x", "y",\n"x"]')).toEqual(["2: 'x' a second time"]);
  });

  it.each([
    ['{"A": ["x", "y"]', '1', "',' or '}'", 'the end of the text'],
    ['{"A": [\n"x",\n]}', '3', 'a value', "']'"],
    ['{"A": [\n"x" "y"]}', '2', "',' or ']'", `'"y"'`],
    ['{"A"\n["x"]}', '2', `':' after the key "A"`, "'['"],
    ['{A: []}', '1', 'JSON', "'A: []}'"],
    ['["x",\n"y"]]', '2', 'the end of the text', "']'"],
    ['{"A": 01}', '1', 'JSON', "'01}'"],
    ['{"A": "\\x"}', '1', 'JSON', `'"\\x"}'`],
    ['{"A": ["x"],}', '1', 'a key in double quotes', "'}'"],
  ])('names the line of an error of syntax: %s', (text, line, expected, received) => {
    const result = parseTaxonomy(text, { source: 't' });
    expect(isLeft(result) && result.left).toMatchObject([{ where: `t, line ${line}`, expected, received }]);
  });

  it('is refused for fewer than two classes', () => {
    for (const text of ['[]', '{}']) expect(problems(text)).toEqual(['t: none']);
    expect(problems('{"name": "x"}')).toEqual(["t: one, 'x'"]);
  });

  it('may be 3,000 levels deep', () => {
    const text = `${'{"a":'.repeat(3000)}["x","y"]${'}'.repeat(3000)}`;
    expect(read(text, { singleChild: 'keep' }).node('a').height).toBe(3000);
  });
});
