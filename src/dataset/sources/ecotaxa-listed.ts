/** Images of EcoTaxa tables while these are read, in columns: there may be a million. */
import { withRoom } from '../../arrays.js';
import { ANNOTATION_STATUSES, type AnnotationStatus } from '../../formats/ecotaxa/columns.js';
import type { EcotaxaLine } from '../../formats/ecotaxa/table.js';
import type { ImageRecord } from '../listing.js';

/** An image whose label is set when all taxa are known. */
export type MutableRecord = { -readonly [Field in keyof ImageRecord]: ImageRecord[Field] };

export class Listed {
  /** Without labels until all taxa are known. */
  readonly images: MutableRecord[] = [];
  readonly #tables: string[] = [];
  /** The number of a label, from 1; 0 for none. */
  #labels = new Int32Array(0);
  /** The number of a state, from 1; 0 for none. */
  #statuses = new Uint8Array(0);
  #ranks = new Int32Array(0);
  #lines = new Int32Array(0);
  #tableOf = new Int32Array(0);

  /** @param table as it is called in problems. @returns its number */
  addTable(table: string): number {
    return this.#tables.push(table) - 1;
  }

  set(i: number, image: MutableRecord, rank: number, label: number | undefined, table: number, line: EcotaxaLine) {
    const length = i + 1;
    this.images[i] = image;
    this.#labels = withRoom(this.#labels, length);
    this.#labels[i] = label === undefined ? 0 : label + 1;
    this.#statuses = withRoom(this.#statuses, length);
    this.#statuses[i] = line.status === undefined ? 0 : ANNOTATION_STATUSES.indexOf(line.status) + 1;
    this.#ranks = withRoom(this.#ranks, length);
    this.#ranks[i] = rank;
    this.#lines = withRoom(this.#lines, length);
    this.#lines[i] = line.line;
    this.#tableOf = withRoom(this.#tableOf, length);
    this.#tableOf[i] = table;
  }

  rank(i: number): number {
    return this.#ranks[i] ?? 0;
  }

  status(i: number): AnnotationStatus | undefined {
    return ANNOTATION_STATUSES[(this.#statuses[i] ?? 0) - 1];
  }

  label(i: number): number | undefined {
    const label = this.#labels[i] ?? 0;
    return label === 0 ? undefined : label - 1;
  }

  place(i: number): string {
    return `${this.#tables[this.#tableOf[i] ?? 0]}:${this.#lines[i]}`;
  }
}
