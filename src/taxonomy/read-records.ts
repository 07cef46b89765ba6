/** Taxonomies from the taxa that the readers of names (Darwin Core, WoRMS, Newick) find. */
import { pathId } from '../formats/darwin-core/write-taxa.js';
import { someOf, type TaxonRecord, type TaxonRecords, type TextPlace } from '../formats/taxon-record.js';
import type { Finding, Place } from './findings.js';
import { MOST_LEVELS, MOST_STEPS, tooDeep, tooLarge } from './limits.js';
import { SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName, Reading } from './reading.js';

/**
 * The lineages of the taxa that have none below them, which are the classes. A class has the name of its taxon; where several
 * classes have the same name, each is followed by the names above it, as far as it takes to tell them apart, as EcoTaxa writes
 * them: `other<Copepoda`.
 */
export function readRecords(
  { taxa, faults, synonyms = [], notes }: TaxonRecords,
  source: string,
  onNote?: (note: string) => void,
): Reading {
  const findings: Finding[] = faults.map(({ file, line, column, ...fault }) => ({
    ...fault,
    at: placeOf({ file, line, column }, source),
  }));
  const lineages: PlacedLineage[] = [];
  const inner = new Set(taxa.flatMap(({ parent }) => parent ?? []));
  const names = taxa.map((taxon): PlacedName => ({ ...idOf(taxon), name: taxon.name, at: placeOf(taxon.at, source) }));
  const siblings = new Map<string, number>();
  let steps = 0;
  const classes: { readonly taxon: TaxonRecord; readonly above: readonly PlacedName[] }[] = [];
  taxa.forEach((taxon, i) => {
    const key = `${taxon.parent ?? ''}${SEPARATOR}${taxon.name}`;
    const twin = taxa[siblings.get(key) ?? -1];
    if (twin === undefined) siblings.set(key, i);
    else if (taxon.isRefused !== true) {
      const received = `'${taxon.name}' a second time (after ${placeOf(twin.at, source).where})`;
      const at = placeOf(taxon.at, source);
      findings.push({
        at,
        expected: 'siblings of different names',
        received,
        remedy: 'Give them different names, or join them.',
      });
    }
    if (inner.has(i) && taxon.label === undefined && taxon.isClass !== true) return;
    const above: PlacedName[] = [];
    for (let at: number | undefined = i; at !== undefined && above.length <= MOST_LEVELS; at = taxa[at]?.parent) {
      above.push(names[at] as PlacedName);
    }
    steps += above.length;
    if (above.length > MOST_LEVELS) findings.push(tooDeep(placeOf(taxon.at, source)));
    else if (steps <= MOST_STEPS) classes.push({ taxon, above });
  });
  if (steps > MOST_STEPS) return { lineages: [], findings: [...findings, tooLarge(source)] };
  const labels = labelsOf(classes);
  classes.forEach(({ taxon, above }, i) => {
    const label = taxon.isRefused === true ? undefined : labels[i];
    lineages.push({ label, names: withoutPathIds(above.toReversed()), isBiological: taxon.isBiological });
  });
  const apart = labels.filter((label, i) => label !== classes[i]?.taxon.name && classes[i]?.taxon.label === undefined);
  for (const note of notes) onNote?.(note);
  if (apart.length > 0) onNote?.(`Classes of the same name have the names above them in theirs: ${someOf(apart)}.`);
  const labelAt = new Map(classes.map(({ taxon }, i) => [taxon, labels[i] as string]));
  return {
    lineages,
    findings,
    synonyms: synonymsOf(synonyms, (of) => labelAt.get(taxa[of] as TaxonRecord) ?? taxa[of]?.name ?? ''),
  };
}

/** For each name that is not accepted, what it is a synonym of. A name that differs only in its authorship is none. */
function synonymsOf(
  synonyms: readonly { readonly name: string; readonly of: number }[],
  labelOf: (taxon: number) => string,
): ReadonlyMap<string, readonly string[]> {
  const accepted = new Map<string, string[]>();
  for (const { name, of } of synonyms) {
    const label = labelOf(of);
    const known = accepted.get(name) ?? [];
    if (label !== name && !known.includes(label)) accepted.set(name, [...known, label]);
  }
  return accepted;
}

function placeOf({ file, line, column }: TextPlace, source: string): Place {
  const at = typeof column === 'number' ? `, column ${column}` : column === undefined ? '' : `, column '${column}'`;
  // Within a line, in the order of the characters.
  const order = line + (typeof column === 'number' ? 1 - 1 / (1 + column) : 0);
  return { where: `${file ?? source}, line ${line}${at}`, order };
}

const idOf = ({ id, rank }: TaxonRecord) => ({ id, rank });

/** Without the ids that a writer of Darwin Core gave to taxa without one. */
function withoutPathIds(names: readonly PlacedName[]): readonly PlacedName[] {
  if (!names.some(({ id }) => id?.startsWith(pathId('')))) return names;
  let path = '';
  return names.map((named) => {
    path += path === '' ? named.name : SEPARATOR + named.name;
    return named.id === pathId(path) ? { ...named, id: undefined } : named;
  });
}

/** The label of each class: the one that is written, or its name, with names above it until no other class has the same. */
function labelsOf(
  classes: readonly { readonly taxon: TaxonRecord; readonly above: readonly PlacedName[] }[],
): readonly string[] {
  const labels = classes.map(({ taxon: { label, name } }) => label ?? name);
  const used = (): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    classes.forEach(({ taxon }, i) => {
      if (taxon.isRefused !== true) counts.set(labels[i] as string, (counts.get(labels[i] as string) ?? 0) + 1);
    });
    return counts;
  };
  for (let depth = 1, isChanged = true; isChanged; depth++) {
    const counts = used();
    isChanged = false;
    classes.forEach(({ taxon, above }, i) => {
      const next = above[depth];
      if (taxon.label !== undefined || next === undefined || (counts.get(labels[i] as string) ?? 0) < 2) return;
      labels[i] = `${labels[i]}<${next.name}`;
      isChanged = true;
    });
  }
  return labels;
}
