/** The code in the documents and in the docstrings: found, type-checked against the sources, and run. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import { PACKAGE_ROOT } from '../../src/package-root.js';

export interface Snippet {
  readonly name: string;
  readonly code: string;
}

/** A value that a snippet states in a comment (`topK(...); // => [1, 0]`), and the value that its code gave. */
export interface StatedValue {
  readonly code: string;
  readonly stated: string;
  readonly found: string;
}

/** The blocks of TypeScript in a text in Markdown. */
export function codeBlocks(markdown: string): string[] {
  return Array.from(markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, code]) => code ?? '');
}

/** The names under which package.json exports `cladenet` and its subpaths, and the source of each. */
export function entryPoints(exported: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(exported).flatMap(([subpath, target]) => {
      if (!target.endsWith('.js')) return [];
      const source = target.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      return [[join('cladenet', subpath), join(PACKAGE_ROOT, source)] as const];
    }),
  );
}

/** The sources and some snippets as one program: the compiler reads the sources once for all of them. */
export class SnippetProgram {
  private readonly program: ts.Program;
  private readonly files: ReadonlyMap<string, Snippet>;

  constructor(
    private readonly entries: ReadonlyMap<string, string>,
    snippets: readonly Snippet[] = [],
    previous?: SnippetProgram,
  ) {
    this.files = new Map(
      snippets.map((snippet, i) => [join(PACKAGE_ROOT, 'test', 'docs', `snippet-${i}.ts`), snippet]),
    );
    const { config } = ts.readConfigFile(join(PACKAGE_ROOT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, PACKAGE_ROOT);
    const paths = Object.fromEntries([...entries].map(([name, file]) => [name, [file]]));
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (file) => this.files.has(file) || fileExists(file);
    host.readFile = (file) => this.files.get(file)?.code ?? readFile(file);
    // A second program does not parse again what the first one has: the compiler itself reuses files only for the same roots.
    host.getSourceFile = (file, ...how) => {
      const known = this.files.has(file) ? undefined : previous?.program.getSourceFile(file);
      return known ?? getSourceFile(file, ...how);
    };
    const roots = [...this.files.keys(), ...entries.values()];
    this.program = ts.createProgram(roots, { ...options, noUnusedLocals: false, paths }, host, previous?.program);
  }

  /** What the compiler says against each snippet. */
  typeErrors(): string[] {
    return [...this.files].flatMap(([file, { name }]) => {
      const source = this.program.getSourceFile(file);
      if (source === undefined) return [`${name}: not compiled`];
      const found = [...this.program.getSyntacticDiagnostics(source), ...this.program.getSemanticDiagnostics(source)];
      return found.map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    });
  }

  /** The `@example` blocks of everything that is exported, each under the name of the function or type that has it. */
  examples(): Snippet[] {
    const checker = this.program.getTypeChecker();
    const examples = new Map<string, Snippet>();
    for (const file of this.entries.values()) {
      const source = this.program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (module === undefined) throw new Error(`${file} exports nothing`);
      for (const exported of checker.getExportsOfModule(module)) {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        for (const { name, code } of examplesOf(symbol, checker)) examples.set(`${name}\n${code}`, { name, code });
      }
    }
    return [...examples.values()];
  }
}

/** Of a symbol and its members, like the methods of a classifier. */
function examplesOf(symbol: ts.Symbol, checker: ts.TypeChecker, of = ''): Snippet[] {
  const name = `${of}${symbol.name}`;
  const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === 'example');
  const texts = tags.map(({ text }) => `${ts.displayPartsToString(text).trim()}\n`);
  // Without a fence the whole text is code, as typedoc takes it.
  const own = texts
    .flatMap((text) => (text.includes('```') ? codeBlocks(text) : [text]))
    .map((code) => ({ name, code }));
  if (of !== '') return own;
  const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
  return [...own, ...members.flatMap((member) => examplesOf(member, checker, `${name}.`))];
}

/**
 * Runs a snippet in this process, in the working directory, and gives the values that it states.
 * @param folder where its file is written
 */
export async function runSnippet(
  { name, code }: Snippet,
  entries: ReadonlyMap<string, string>,
  folder: string,
): Promise<StatedValue[]> {
  const stated: StatedValue[] = [];
  const { text, statements } = instrumented(code, entries);
  const recordStated = <T>(index: number, value: T): T => {
    const { code = '', comment = '' } = statements[index] ?? {};
    stated.push({ code, stated: comment, found: typeof value === 'string' ? value : inspect(value, INSPECTED) });
    return value;
  };
  Object.assign(globalThis, { recordStated });
  runs += 1;
  const file = join(folder, `${name.replace(/\W+/g, '-')}-${runs}.ts`);
  await writeFile(file, text);
  await import(/* @vite-ignore */ pathToFileURL(file).href);
  if (stated.length !== statements.length) throw new Error(`${name}: ${stated.length} of ${statements.length} values`);
  return stated;
}

const INSPECTED = { breakLength: Number.POSITIVE_INFINITY, compact: true, depth: 6, maxArrayLength: 20 };
let runs = 0;

/** The code with its imports from the sources, and with every stated value recorded. */
function instrumented(code: string, entries: ReadonlyMap<string, string>) {
  const source = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.Latest, true);
  const statements: { code: string; comment: string }[] = [];
  const edits: { at: number; until: number; text: string }[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const file = entries.get(statement.moduleSpecifier.text);
      if (file === undefined) continue;
      const { moduleSpecifier } = statement;
      edits.push({ at: moduleSpecifier.getStart(), until: moduleSpecifier.end, text: JSON.stringify(file) });
    }
    const comment = statedAfter(code, statement.end);
    const value = comment === undefined ? undefined : statedExpression(statement);
    if (comment === undefined || value === undefined) continue;
    const text = `recordStated(${statements.length}, ${value.getText()})`;
    edits.push({ at: value.getStart(), until: value.end, text });
    statements.push({ code: value.getText(), comment });
  }
  const said = code.split('// =>').length - 1;
  if (said !== statements.length) throw new Error(`${said} values are stated, ${statements.length} found in:\n${code}`);
  const text = edits.reduceRight((done, { at, until, text }) => done.slice(0, at) + text + done.slice(until), code);
  return { text, statements };
}

/** `// => value` behind the statement, or below it; the lines of comment that follow belong to it. */
function statedAfter(code: string, end: number): string | undefined {
  const [, first, more] =
    /^[^\S\n]*\n?\/\/ => ([^\n]*)((?:\n\/\/(?: {4}[^\n]*)?(?=\n|$))*)/.exec(code.slice(end)) ?? [];
  if (first === undefined) return undefined;
  return [
    first,
    ...(more ?? '')
      .split('\n')
      .slice(1)
      .map((line) => line.slice('//    '.length)),
  ]
    .join('\n')
    .trimEnd();
}

function statedExpression(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.initializer;
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  const printed = ts.isCallExpression(expression) && expression.expression.getText() === 'console.log';
  return printed ? expression.arguments[0] : expression;
}
