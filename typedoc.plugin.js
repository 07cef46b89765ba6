import { Converter, ReflectionKind } from 'typedoc';
import ts from 'typescript';

/**
 * Types that are derived from a value (`z.infer<typeof schema>`, `(typeof NAMES)[number]`) are shown as what they are, not as
 * a reference to that value, which is not part of the public surface.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  const show = (context) => {
    for (const alias of context.project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
      const declaration = context.getSymbolFromReflection(alias)?.declarations?.find(ts.isTypeAliasDeclaration);
      if (declaration === undefined || !asksForTypeOfValue(declaration.type)) continue;
      const { fileName } = declaration.getSourceFile();
      context.setActiveProgram(context.programs.find((program) => program.getSourceFile(fileName)));
      const type = context.checker.getTypeAtLocation(declaration);
      alias.type = context.converter.convertType(scopeOf(alias, context), withoutAlias(type));
    }
  };
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, show, 1_000);
}

function scopeOf(reflection, context) {
  return reflection.parent ? scopeOf(reflection.parent, context).withScope(reflection) : context;
}

/** A type that carries the name of its alias is converted to a reference to that alias, which would be itself. */
function withoutAlias(type) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(type)), type);
  copy.aliasSymbol = undefined;
  copy.aliasTypeArguments = undefined;
  return copy;
}

function asksForTypeOfValue(node) {
  return ts.isTypeQueryNode(node) || ts.forEachChild(node, asksForTypeOfValue) === true;
}
