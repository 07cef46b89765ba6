/** Which features add to others, as plain text and as rows of a CSV file. */
import type { MeanOverSeeds } from '../../selecting/over-seeds.js';
import type { FeatureSelection } from '../../selecting/select-features.js';
import { firstOf } from '../../units.js';
import { metricColumn } from '../metrics.js';
import { alignColumns } from './columns.js';
import { studyTable } from './study-table.js';

/** Members of a group that the table names; the rest is counted. */
const NAMED = 3;
/** In what the forests are compared on the test images. */
const JUDGED = ['accuracy', 'balancedAccuracy', 'logLoss'] as const;

/** How a group of correlated features is called in a line: by the feature it is named after, and the number of others. */
export const groupLabel = ({
  name,
  features,
}: {
  readonly name: string;
  readonly features: readonly string[];
}): string => (features.length === 1 ? name : `${name} and ${features.length - 1} more`);

/** The most important groups, the rounds of the selection, and what it is worth on the test images. */
export function selectionText(
  selection: FeatureSelection,
  { top = 20 }: { readonly top?: number | undefined } = {},
): string {
  const { importance, test } = selection;
  const shown = importance.groups.slice(0, top);
  const left = importance.groups.length - shown.length;
  return [
    'Importance: how much worse a forest on all features is on the validation images when a group is permuted',
    ...alignColumns(
      [
        ['group', 'kind', 'also in it', 'log-loss', 'accuracy, points'],
        ...shown.map(({ name, features, kind, logLoss, accuracy }) => {
          return [name, kind, others(name, features), signed(logLoss), signed(accuracy, 100, 2)];
        }),
      ],
      3,
    ),
    ...(left > 0 ? [`and ${left} more`] : []),
    '',
    'All features of a kind, permuted together',
    ...alignColumns(
      [
        ['kind', 'features', 'log-loss', 'accuracy, points'],
        ...importance.kinds.map(({ kind, features, together }) => {
          return [kind, `${features}`, signed(together.logLoss), signed(together.accuracy, 100, 2)];
        }),
      ],
      1,
    ),
    '',
    ...roundLines(selection),
    ...(test === null ? [] : ['', 'On the test images', studyTable(test, { differencesIn: JUDGED })]),
  ].join('\n');
}

const others = (name: string, features: readonly string[]): string =>
  firstOf(
    features.filter((feature) => feature !== name),
    NAMED,
  );

/** `+0.0123 (+0.0100 to +0.0146)`. */
function signed({ mean, interval }: MeanOverSeeds, scale = 1, digits = 4): string {
  const shown = (value: number) => plus(scale * value, digits);
  return interval === null ? shown(mean) : `${shown(mean)} (${shown(interval[0])} to ${shown(interval[1])})`;
}

const plus = (value: number, digits: number) => `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;

const ENDED: Readonly<Record<FeatureSelection['ended'], string>> = {
  'no gain': 'the best of the next groups adds no more than chance',
  most: 'as many are selected as were asked for',
  'all selected': 'every group is selected',
};

function roundLines({ by, start, rounds, selected, ended, seeds }: FeatureSelection): string[] {
  const { title, kind } = metricColumn(by);
  const [scale, digits, unit] = kind === 'share' ? [100, 2, ', points'] : [1, 4, ''];
  const score = (value: number) => (scale * value).toFixed(digits);
  const number = (value: number) => plus(scale * value, digits);
  return [
    `Selection by ${title} on the validation images, over ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}`,
    ...alignColumns(
      [
        ['round', 'group', `gain${unit}`, 'over shuffled', 'needed', title],
        ['', '(start)', '', '', '', score(start)],
        ...rounds.map(({ group, gain, gainOverShuffled, bar, isSelected, score: after }, i) => {
          const needed = `${(scale * bar).toFixed(digits)}`;
          const name = isSelected ? groupLabel(group) : `not selected: ${groupLabel(group)}`;
          return [`${i + 1}`, name, number(gain), number(gainOverShuffled), needed, score(after)];
        }),
      ],
      2,
    ),
    `${selected.length === 0 ? 'nothing is selected' : `${selected.length} selected`}: ${ENDED[ended]}`,
  ];
}

/** A row a feature, in the order of importance of their groups: what `features.csv` holds. */
export function selectionRows({ importance, rounds }: FeatureSelection): (string | number | undefined)[][] {
  const head = [
    ...['feature', 'group', 'kind', 'log_loss_mean', 'log_loss_low', 'log_loss_high'],
    ...[
      'accuracy_mean',
      'accuracy_low',
      'accuracy_high',
      'selected_in_round',
      'gain',
      'gain_over_shuffled',
      'gain_needed',
    ],
  ];
  const rows = importance.groups.flatMap(({ name: group, features, kind, logLoss, accuracy }) => {
    const at = rounds.findIndex((round) => round.isSelected && round.group.name === group);
    const round = rounds[at];
    return features.map((feature) => [
      ...[feature, group, kind, ...cells(logLoss), ...cells(accuracy)],
      ...[round && at + 1, round?.gain, round?.gainOverShuffled, round?.bar],
    ]);
  });
  return [head, ...rows];
}

const cells = ({ mean, interval }: MeanOverSeeds) => [mean, interval?.[0], interval?.[1]];
