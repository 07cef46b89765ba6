/** Lines of EcoTaxa tables whose images are not there, as problems that say what to do. */
import type { Problem } from '../../errors.js';
import type { EcotaxaLine } from '../../formats/ecotaxa/table.js';
import type { RankedFile } from './ecotaxa-source.js';

/** Images without files that are named one by one; further ones are counted. */
const MOST_MISSING = 20;

/** Lines of tables whose images are not there. */
export class Missing {
  readonly #problems: Problem[] = [];
  /** Missing images of lines that name them, and of lines of objects that images are called after. */
  #named = 0;
  #byObject = 0;
  /** All lines of objects that images are called after. */
  objects = 0;
  /** A table that names no images, and how they would be called there. */
  #example = { where: '', called: '' };

  add(where: string, line: EcotaxaLine, found: readonly RankedFile[]): void {
    const isNamed = line.image !== '';
    const place = `${where}:${line.line}`;
    const called = calledAfter(line);
    if (isNamed) this.#named++;
    else if (found.length === 0) {
      this.#byObject++;
      this.#example = { where, called };
    }
    if (this.#problems.length >= MOST_MISSING) return;
    if (isNamed) {
      const received = `${line.image}, which is not there; the line is left out`;
      this.#problems.push({ where: `${place}, column img_file_name`, expected: 'an image beside the table', received });
    } else {
      const several = found.map(({ path }) => path).join(' and ');
      const received = found.length === 0 ? 'none; the line is left out' : `${several}; the line is left out`;
      this.#problems.push({ where: `${place}, column object_id`, expected: `one image called ${called}`, received });
    }
  }

  problems(source: string): Problem[] {
    const isAll = this.#named === 0 && this.#byObject === this.objects;
    if (this.objects > 0 && isAll) return [noImages(this.#example, this.objects)];
    const count = this.#named + this.#byObject;
    if (count <= MOST_MISSING) return this.#problems;
    const received = `${count} that are not there`;
    return [...this.#problems, { where: source, expected: 'the images of the lines of its tables', received }];
  }
}

/** How the image of an object may be called, without the extension. */
function calledAfter({ objid, object, rank, text }: EcotaxaLine): string {
  const ofRank = (name: string) => `${name}_${text('img_rank') === undefined ? 'RANK' : rank}`;
  return [...(objid === '' ? [] : [ofRank(objid)]), object, ofRank(object)].join(', ').replace(/, ([^,]*)$/, ' or $1');
}

function noImages({ where, called }: { readonly where: string; readonly called: string }, lines: number): Problem {
  return {
    where: `${where}:1`,
    expected: 'a column img_file_name with the names of the images, or images called after the objects',
    received: `no such column, and for none of ${lines} objects an image, such as one called ${called} (.jpg, .png, ...)`,
    remedy: 'Export the project from EcoTaxa with its images, or put the images into the folder of the table.',
  };
}
