/** Growing as plain text: which nodes are trained and why, and the accuracy on the classes the tree knew before. */
import type { ChangedNode, GrowthPlan } from '../../growing/growth-plan.js';
import type { Grown, KnownClasses } from '../../growing/options.js';
import type { GrownByPrototypes } from '../../growing/prototypes/options.js';
import { printPath } from '../../taxonomy/names.js';
import { counted, firstOf, percent } from '../../units.js';

/** Classes named in a line; the rest is counted. */
const NAMED = 3;

/** How many nodes are trained, one line for each with the reason, and how many keep their weights. */
export function growthLines({ kept, changed }: GrowthPlan): string[] {
  const of = kept.length + changed.length;
  return [
    `${changed.length} of ${counted(of, 'node')} decide differently than before and are trained:`,
    ...changed.map((node) => `  ${printPath(node.path)}: ${reason(node)}`),
    `${counted(kept.length, 'node keeps its weights', 'nodes keep their weights')}`,
  ];
}

function reason({ before, children, gained, lost }: ChangedNode): string {
  if (before === undefined) return `new, ${children.length} children`;
  const changes = [
    ...(gained.length > 0 ? [`gains ${named(gained)}`] : []),
    ...(lost.length > 0 ? [`loses ${named(lost)}`] : []),
  ];
  return changes.length > 0 ? changes.join(', ') : 'the same classes, divided differently';
}

const named = (classes: readonly string[]): string => firstOf(classes, NAMED);

/** What `grow --json` writes: the nodes that were trained, how the tree decides, and its scores. */
export function growthJson({ tree, plan, known }: Grown) {
  const { grownFrom, decision, test } = tree.description;
  const trained = plan.changed.map(({ path, gained, lost, before }) => {
    return { path, isNew: before === undefined, gained, lost };
  });
  return { grownFrom, trained, decision, test, known: known ?? null };
}

/** The accuracy on the classes that the tree knew before, before and after it grew. */
export function knownLine({ images, before, after }: KnownClasses, { added }: Pick<GrowthPlan, 'added'>): string {
  const of = added.length === 0 ? `${images} test images` : `${images} test images of classes known before`;
  return `accuracy on the ${of}: ${percent(before)} before, ${percent(after)} now`;
}

/** What each new class joined by, and what that costs on the validation images. */
export function prototypeLines({ prototypes }: Pick<GrownByPrototypes, 'prototypes'>): string[] {
  return prototypes.map(({ name, node, images, found, lost }) => {
    const cost = lost === 0 ? 'costs none' : `costs ${lost}`;
    const where = node === null ? '' : `, below ${printPath(node)},`;
    return `${name}${where} is the mean of ${counted(images, 'image')}: finds ${found} of them from the others, and ${cost} of the validation images`;
  });
}

/** What `grow --prototypes --json` writes. */
export function prototypesJson({ tree, prototypes, known }: GrownByPrototypes) {
  const { grownFrom, decision, test } = tree.description;
  return { grownFrom, prototypes, decision, test, known: known ?? null };
}
