import tseslint from 'typescript-eslint';

// Formatting and style are biome's. These are the rules that need types: promises that nobody awaits.
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
  // Tests that can pass without checking anything. (One that asserts nothing at all fails: see vitest.config.ts.)
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.name=/^(it|test)$/] > .arguments > BlockStatement > IfStatement ReturnStatement',
          message:
            'A test that returns early passes: skip it (it.skipIf, or skip of the context) where it cannot be run.',
        },
        {
          selector: 'CallExpression[callee.name="expect"] > CallExpression[callee.property.name="every"]',
          message: '`every` is true of an empty list: expect(list).toAllSatisfy(...) is not.',
        },
      ],
    },
  },
);
