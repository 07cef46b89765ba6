/** The classifiers within a classifier. */

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CladenetError, type Problem } from '../../errors.js';
import { currentFolder } from '../../files.js';
import type { Classifier } from '../classifier.js';
import type { FeatureDescription, MemberFolder } from '../schema.js';
import { identify } from './store.js';

/** @throws CladenetError MODEL for one that was replaced by another, or does not fit; as `load` */
export async function loadMembers<C extends Classifier>(
  path: string,
  {
    classes,
    preprocessing,
    members = [],
  }: FeatureDescription & { readonly members?: readonly MemberFolder[] | undefined },
  load: (folder: string) => Promise<C>,
): Promise<C[]> {
  const folder = await currentFolder(path);
  const problems: Problem[] = [];
  const loaded: C[] = [];
  for (const member of members) {
    const own = join(folder, member.folder);
    const classifier = await load(own);
    loaded.push(classifier);
    if ((await identify(own)).sha256 !== member.sha256) {
      problems.push({ where: own, expected: 'the classifier that was saved', received: 'another one' });
    } else if (
      !isDeepStrictEqual(classifier.classes, classes) ||
      !isDeepStrictEqual(classifier.description.preprocessing, preprocessing)
    ) {
      problems.push({ where: own, expected: 'the classes and the preprocessing of the whole', received: 'others' });
    }
  }
  if (problems.length === 0) return loaded;
  throw new CladenetError('MODEL', `The classifier in ${folder} is damaged and was not loaded`, problems);
}
