/**
 * The invented phylogeny: phyla differ in body plan, families in proportions and organs, genera in one conspicuous
 * part, and species of a genus only in small quantities that overlap between individuals. A clade states what it
 * changes and inherits everything else, so relatives look alike.
 */
import type { BellTraits } from './bell.js';
import type { ChainTraits } from './chain.js';
import type { ElongatedTraits } from './elongated.js';
import type { RadialTraits } from './radial.js';

export type Traits = RadialTraits | ElongatedTraits | ChainTraits | BellTraits;

/** A species: a leaf of the phylogeny and a class of the demo images. */
export interface OrganismClass {
  readonly name: string;
  /** From the root to the species itself, as in the `path` column of the taxonomy file. */
  readonly lineage: readonly string[];
  readonly traits: Traits;
}

const ROOT = 'Planktaria';

interface Clade<T> {
  readonly name: string;
  readonly changes: Partial<T>;
  readonly children?: readonly Clade<T>[];
}

function speciesOf<T extends Traits>(clade: Clade<T>, inherited: T, above: readonly string[]): OrganismClass[] {
  const traits: T = { ...inherited, ...clade.changes };
  const lineage = [...above, clade.name];
  if (clade.children === undefined) return [{ name: clade.name, lineage, traits }];
  return clade.children.flatMap((child) => speciesOf(child, traits, lineage));
}

const astrospina = speciesOf<RadialTraits>(
  {
    name: 'Astrospina',
    changes: {},
    children: [
      {
        name: 'Stellacidae',
        changes: { core: 0.3, spines: 16, spineWidth: 0.09, ragged: 0.16, density: 0.5 },
        children: [
          { name: 'Stellax_tenuis', changes: { spineWidth: 0.055 } },
          { name: 'Stellax_robusta', changes: { spines: 12, spineWidth: 0.1 } },
          { name: 'Stellax_densa', changes: { spines: 20, core: 0.36 } },
        ],
      },
      {
        name: 'Pilulidae',
        changes: { size: 58, core: 0.66, spines: 34, spineWidth: 0.035, ragged: 0.25, density: 0.3, nucleus: 0.3 },
        children: [
          {
            name: 'Pilula',
            changes: { bubbles: 9 },
            children: [
              { name: 'Pilula_minor', changes: { size: 46, bubbles: 7 } },
              { name: 'Pilula_crinita', changes: { core: 0.56, size: 60 } },
            ],
          },
          {
            name: 'Nimbora',
            changes: { halo: 0.9, core: 0.5 },
            children: [
              { name: 'Nimbora_lucida', changes: {} },
              { name: 'Nimbora_nucleata', changes: { nucleus: 0.5, density: 0.4 } },
            ],
          },
        ],
      },
    ],
  },
  {
    plan: 'radial',
    size: 84,
    core: 0.4,
    density: 0.4,
    spines: 20,
    spineWidth: 0.06,
    ragged: 0.2,
    nucleus: 0.4,
    bubbles: 0,
    halo: 0,
  },
  [ROOT],
);

const cornigera = speciesOf<ElongatedTraits>(
  {
    name: 'Cornigera',
    changes: {},
    children: [
      {
        name: 'Remigeridae',
        changes: { antenna: 0.95, girth: 0.4, size: 64, sweep: 1.1 },
        children: [
          { name: 'Remigera_longicornis', changes: { antenna: 1.15 } },
          { name: 'Remigera_media', changes: { antenna: 0.88 } },
          { name: 'Remigera_oculata', changes: { eye: 0.055, girth: 0.48 } },
        ],
      },
      {
        name: 'Bulbopidae',
        changes: { antenna: 0.42, girth: 0.62, sweep: 1.5, density: 0.42 },
        children: [
          {
            name: 'Bulbops',
            changes: { size: 64, tail: 0.24 },
            children: [
              { name: 'Bulbops_vulgaris', changes: {} },
              { name: 'Bulbops_obesa', changes: { girth: 0.8, oil: 0.42 } },
            ],
          },
          {
            name: 'Ovifera',
            changes: { eggs: 0.32, tail: 0.34 },
            children: [
              { name: 'Ovifera_prima', changes: {} },
              { name: 'Ovifera_caudata', changes: { tail: 0.46, eggs: 0.25 } },
            ],
          },
        ],
      },
      {
        name: 'Tripodidae',
        changes: { size: 42, girth: 0.72, tail: 0, antenna: 0.75, legs: 2, legLength: 0.7, sweep: 0.5 },
        children: [
          { name: 'Tripodella_larvula', changes: {} },
          { name: 'Tripodella_remora', changes: { antenna: 1.05, size: 46, girth: 0.6 } },
        ],
      },
    ],
  },
  {
    plan: 'elongated',
    size: 76,
    girth: 0.5,
    antenna: 0.7,
    sweep: 1,
    tail: 0.28,
    legs: 4,
    legLength: 0.16,
    eye: 0.026,
    eggs: 0,
    density: 0.34,
    oil: 0.28,
  },
  [ROOT],
);

const vinculata = speciesOf<ChainTraits>(
  {
    name: 'Vinculata',
    changes: {},
    children: [
      {
        name: 'Monilidae',
        changes: { boxiness: 2, stretch: 0.95, gap: 0.12, density: 0.42, nucleus: 0.4 },
        children: [
          { name: 'Monilora_parva', changes: { size: 13, segments: 5 } },
          { name: 'Monilora_serpens', changes: { size: 12, segments: 9, curl: 2.3 } },
          { name: 'Monilora_nodosa', changes: { nucleus: 0.62, segments: 7, size: 15 } },
        ],
      },
      {
        name: 'Scalarinidae',
        changes: { boxiness: 6, stretch: 0.6, size: 19, nucleus: 0.3, density: 0.26 },
        children: [
          {
            name: 'Scalarina',
            changes: { segments: 7, size: 23 },
            children: [
              { name: 'Scalarina_recta', changes: { gap: 0.1 } },
              { name: 'Scalarina_laxa', changes: { gap: 0.34, segments: 6 } },
            ],
          },
          {
            name: 'Barbatula',
            changes: { bristle: 1.3, gap: 0.3, segments: 5, size: 16 },
            children: [
              { name: 'Barbatula_brevis', changes: { bristle: 1.05 } },
              { name: 'Barbatula_hirsuta', changes: { bristle: 1.5 } },
            ],
          },
        ],
      },
    ],
  },
  {
    plan: 'chain',
    size: 14,
    segments: 7,
    stretch: 0.9,
    gap: 0.2,
    boxiness: 3,
    curl: 0.3,
    nucleus: 0.36,
    bristle: 0,
    density: 0.34,
  },
  [ROOT],
);

const velaria = speciesOf<BellTraits>(
  {
    name: 'Velaria',
    changes: {},
    children: [
      {
        name: 'Pelvinidae',
        changes: { height: 0.4, tentacles: 24, tentacleLength: 0.36, size: 76 },
        children: [
          { name: 'Pelvina_plana', changes: { height: 0.34 } },
          { name: 'Pelvina_fimbriata', changes: { tentacles: 32, tentacleLength: 0.58 } },
          { name: 'Pelvina_maculata', changes: { organs: 0.08 } },
        ],
      },
      {
        name: 'Cupulinidae',
        changes: { height: 0.95, size: 46, tentacles: 6, tentacleWidth: 0.03 },
        children: [
          {
            name: 'Cupulina',
            changes: { tentacleLength: 1.1 },
            children: [
              { name: 'Cupulina_alta', changes: { height: 1.1, tentacles: 5 } },
              { name: 'Cupulina_fusca', changes: { density: 0.34, tentacles: 7 } },
            ],
          },
          {
            name: 'Pileola',
            changes: { knob: 0.15, tentacleLength: 0.6, arms: 0.55 },
            children: [
              { name: 'Pileola_nuda', changes: { arms: 0.4 } },
              { name: 'Pileola_brachiata', changes: { arms: 0.85, size: 52 } },
            ],
          },
        ],
      },
    ],
  },
  {
    plan: 'bell',
    size: 60,
    height: 0.6,
    tentacles: 14,
    tentacleLength: 0.6,
    tentacleWidth: 0.016,
    arms: 0,
    organs: 0.05,
    knob: 0,
    density: 0.2,
  },
  [ROOT],
);

/** The 30 species, in the order of the phylogeny. */
export const organismClasses: readonly OrganismClass[] = [...astrospina, ...cornigera, ...vinculata, ...velaria];
