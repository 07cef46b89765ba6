import tseslint from 'typescript-eslint';

// Biome checks formatting and style. These rules need types: they find promises that are not awaited.
export default tseslint.config(
  { ignores: ['dist/**', 'docs/api/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  // An array of some 100,000 values does not fit on the stack.
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(push|unshift|splice|max|min)$/] > SpreadElement.arguments',
          message: 'A long array cannot be spread into a call. Use `append`, `largest` or `smallest` of src/arrays.ts.',
        },
      ],
    },
  },
  // Tests that can pass without checking anything. (One that asserts nothing at all fails: see vitest.config.ts.)
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.name=/^(it|test)$/] > .arguments > BlockStatement > IfStatement ReturnStatement',
          message: "A test that returns early passes. Skip it where it cannot run (it.skipIf, or the context's skip).",
        },
        {
          selector: 'CallExpression[callee.name="expect"] > CallExpression[callee.property.name="every"]',
          message: '`every` holds for an empty list; expect(list).toAllSatisfy(...) does not.',
        },
      ],
    },
  },
);
