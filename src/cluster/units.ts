/** What the work of a command divides into: units that a job can do alone, and jobs that are worth their start. */

export interface Unit {
  /** For people: `flat, seed 1`. */
  readonly name: string;
  /** How the command's option names it: digits, `,` and `:`, which no shell changes. */
  readonly key: string;
  /** Images that its trainings see, over all epochs. */
  readonly cost: number;
  /** From 1. Units need those of the stages before. */
  readonly stage: number;
}

export interface GroupedUnits {
  readonly name: string;
  /** The keys of its units, joined by commas. */
  readonly keys: string;
  readonly cost: number;
  readonly stage: number;
}

/** Images seen in training that make a job worth its start: about a minute on two cores with the preset `compact`. */
const WORTH = 50_000;
/** Jobs of a stage, unless their number is given: small units of a long list are grouped. */
const MOST_JOBS = 100;
const NAMED = 3;

/**
 * Groups the units of each stage into jobs, the largest units first.
 *
 * @param perJob units in a job. Default: as many as make it worth its start
 */
export function groupUnits(units: readonly Unit[], perJob?: number): GroupedUnits[] {
  const stages = [...new Set(units.map(({ stage }) => stage))].sort((a, b) => a - b);
  return stages.flatMap((stage) => {
    const own = units.filter((unit) => unit.stage === stage).toSorted((a, b) => b.cost - a.cost);
    const worth = Math.max(WORTH, total(own) / MOST_JOBS);
    const groups: Unit[][] = [];
    for (const unit of own) {
      const last = groups.at(-1);
      const isFull = last === undefined || (perJob === undefined ? total(last) >= worth : last.length >= perJob);
      if (isFull) groups.push([unit]);
      else last.push(unit);
    }
    return groups.map((group) => ({
      name: nameOf(group),
      keys: group.map(({ key }) => key).join(','),
      cost: total(group),
      stage,
    }));
  });
}

const total = (units: readonly Unit[]) => units.reduce((sum, { cost }) => sum + cost, 0);

function nameOf(group: readonly Unit[]): string {
  const names = group.slice(0, NAMED).map(({ name }) => name);
  const more = group.length - names.length;
  return `${names.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
}
