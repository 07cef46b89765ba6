/** Names of bins and of the images in them, as the field writes them: `D20220519T124533_IFCB134_00012`. */

/** The files of a bin, which share its name. */
export const BIN_EXTENSIONS = ['.adc', '.hdr', '.roi'] as const;

/** The names of instruments and times: `IFCB5_2012_028_081515` of the first layout, `D20130526T095207_IFCB013` of the second. */
const BIN = /(?:IFCB\d+_\d{4}_\d{3}_\d{6}|D\d{8}T\d{6}_IFCB\d+)/;
const TARGET = new RegExp(`^(${BIN.source})_(\\d{1,6})(?:\\.[a-z]{3,4})?$`);
const BIN_NAME = new RegExp(`^${BIN.source}$`);

/** Whether a name is one that an IFCB gives to its bins. */
export const isBinName = (name: string): boolean => BIN_NAME.test(name);

/** An image of a bin. */
export interface Target {
  readonly bin: string;
  /** The row of the `.adc` file, counted from 1. */
  readonly number: number;
}

/** The field's name of an image: that of its bin, and its number with five digits. */
export const targetName = ({ bin, number }: Target): string => `${bin}_${fiveDigits(number)}`;

/** The image that a name says, with the extension of an image file or without; undefined for another name. */
export function parseTarget(name: string): Target | undefined {
  const [, bin, number] = TARGET.exec(name) ?? [];
  return bin === undefined ? undefined : { bin, number: Number(number) };
}

/** The path of an image in the `.roi` file that holds it: `FOLDER/BIN.roi/00012`. */
export const targetPath = (roi: string, number: number): string => `${roi}/${fiveDigits(number)}`;

const fiveDigits = (number: number): string => String(number).padStart(5, '0');
