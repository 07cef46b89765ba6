import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { featureReference } from '../../docs/feature-reference.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';

it('docs/features.md lists all features (npm run docs:features writes it)', () => {
  const page = readFileSync('docs/features.md', 'utf8');
  expect(featureReference(page)).toBe(page);
  const { zooprocess, ifcb, uvp6, texture } = FEATURE_SETS;
  for (const { features } of [zooprocess, ifcb, uvp6, texture]) {
    for (const { name } of features) expect(page).toContain(`| \`${name}\` | `);
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    for (const { definition } of features) expect(page).toContain(definition);
  }
});
