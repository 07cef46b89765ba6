/** Text from anywhere, made safe to show: nothing in it moves the cursor, begins a line or changes the order of letters. */

/**
 * Control characters (C0, C1), line and paragraph separators, halves of surrogate pairs, and format characters such as
 * those that override the direction of text; but not the joiners that scripts and emoji are written with.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;
const UNSEEN_BUT_BREAKS = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text in one line: what is not seen is written as an escape, `\x1b`, `\n` or `\u{202e}`. */
export const visible = (text: string): string => text.replace(UNSEEN, escaped);

/** As {@link visible}, for a text of several lines whose parts that are not our own have gone through it. */
export const visibleLines = (text: string): string => text.replace(UNSEEN_BUT_BREAKS, escaped);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}
