/** What the package exports: pinned, name by name, in `surface.txt`; `npx vitest run test/package/surface -u` writes it anew. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';

const { exports } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string>;
};
const SOURCES = Object.entries(exports)
  .filter(([, target]) => target.endsWith('.js'))
  .map(([subpath, target]) => ({
    subpath: `cladenet${subpath.slice(1)}`,
    file: join(PACKAGE_ROOT, target.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
  }));

const { config } = ts.readConfigFile(join(PACKAGE_ROOT, 'tsconfig.json'), ts.sys.readFile);
const parsed = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, PACKAGE_ROOT);
const program = ts.createProgram(
  SOURCES.map(({ file }) => file),
  parsed.options,
);
const checker = program.getTypeChecker();
const declared = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

interface Surface {
  readonly subpath: string;
  readonly file: string;
  /** Values and types by their names. */
  readonly symbols: ReadonlyMap<string, ts.Symbol>;
  /** Of these, what is there when the program runs. */
  readonly values: readonly string[];
}

const surfaces = SOURCES.map(({ subpath, file }): Surface => {
  const module = checker.getSymbolAtLocation(sourceOf(file));
  if (module === undefined) throw new Error(`${file} exports nothing`);
  const exported = checker.getExportsOfModule(module);
  const symbols = new Map(exported.map((symbol) => [symbol.name, declared(symbol)]));
  const values = exported.filter((symbol) => !isTypeOnly(symbol) && declared(symbol).flags & ts.SymbolFlags.Value);
  return { subpath, file, symbols, values: values.map(({ name }) => name) };
});
const [root, ...rooms] = surfaces as [Surface, ...Surface[]];

/** `export { type X }` and `export type { X }`: of a class, that is only its type. */
function isTypeOnly({ declarations: [exported] = [] }: ts.Symbol): boolean {
  return exported !== undefined && ts.isExportSpecifier(exported) && ts.isTypeOnlyExportDeclaration(exported);
}

function sourceOf(file: string): ts.SourceFile {
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is missing`);
  return source;
}

/** One name a line, so that a change of the surface reads well where it is reviewed. */
function listing({ subpath, values, symbols }: Surface): string {
  const names = [...symbols.keys()].sort();
  const lines = (title: string, listed: readonly string[]) =>
    [`  ${title} (${listed.length})`, ...listed.map((name) => `    ${name}`)].join('\n');
  const types = names.filter((name) => !values.includes(name));
  return [subpath, lines('values', [...values].sort()), lines('types', types)].join('\n');
}

/** The types of this package that a declaration names in what callers see: parameters, results, public members. */
function mentioned(declaration: ts.Declaration): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isTypeReferenceNode(node)) {
      const symbol = checker.getSymbolAtLocation(node.typeName);
      if (symbol !== undefined) found.push(declared(symbol));
    }
    ts.forEachChild(node, visit);
  };
  const signature = (of: ts.SignatureDeclaration) => {
    for (const node of [...of.parameters, of.type]) if (node !== undefined) visit(node);
  };
  const hidden = (member: ts.Declaration) =>
    (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
    ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
  if (ts.isFunctionDeclaration(declaration)) signature(declaration);
  if (ts.isClassDeclaration(declaration)) {
    for (const member of declaration.members.filter((member) => !hidden(member))) {
      if (ts.isMethodDeclaration(member)) signature(member);
      if (ts.isPropertyDeclaration(member) && member.type) visit(member.type);
    }
  }
  return found.filter(
    ({ flags, declarations: [first] = [] }) =>
      !(flags & ts.SymbolFlags.TypeParameter) && first?.getSourceFile().fileName.startsWith(join(PACKAGE_ROOT, 'src')),
  );
}

describe('the public surface', () => {
  it('is what surface.txt lists', async () => {
    await expect(`${surfaces.map(listing).join('\n\n')}\n`).toMatchFileSnapshot('surface.txt');
  });

  it('has a subpath for each room with an index', () => {
    const folders = readdirSync(join(PACKAGE_ROOT, 'src')).map((room) => join(PACKAGE_ROOT, 'src', room, 'index.ts'));
    expect(rooms.map(({ file }) => file).sort()).toEqual(folders.filter((file) => existsSync(file)).sort());
  });

  it('consists of explicit re-exports', () => {
    for (const { subpath, file } of surfaces) {
      const others = sourceOf(file).statements.filter(
        (statement) =>
          !(ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)),
      );
      expect(
        others.map((statement) => statement.getText()),
        subpath,
      ).toEqual([]);
    }
  });

  it('gives one name to one thing', () => {
    const meanings = new Map<string, Set<ts.Symbol>>();
    for (const { symbols } of surfaces) {
      for (const [name, symbol] of symbols) meanings.set(name, (meanings.get(name) ?? new Set()).add(symbol));
    }
    const ambiguous = [...meanings].filter(([, symbols]) => symbols.size > 1).map(([name]) => name);
    expect(ambiguous).toEqual([]);
  });
});

describe('the root', () => {
  it('is small enough to learn', () => {
    expect(root.values.length).toBeLessThanOrEqual(70);
  });

  it('is made of the rooms, but for errors and the version', () => {
    const inRooms = new Set(rooms.flatMap(({ symbols }) => [...symbols.values()]));
    const alone = [...root.symbols].filter(([, symbol]) => !inRooms.has(symbol)).map(([name]) => name);
    expect(alone.sort()).toEqual(['CladenetError', 'ErrorCode', 'Problem', 'VERSION']);
  });

  it('has the types of the arguments and results of its functions, and of the members of its classes', () => {
    const present = new Set(root.symbols.values());
    const missing = [...root.symbols].flatMap(([name, { declarations = [] }]) =>
      declarations
        .flatMap(mentioned)
        .filter((type) => !present.has(type))
        .map((type) => `${name}: ${type.name}`),
    );
    expect(missing).toEqual([]);
  });
});
