/** Readable names for groups of classes. */

/** Shorter words carry no meaning (`a`, `of`, `B`). */
const SHORTEST = 3;

/**
 * A name for each group, all different from each other and from the classes, ignoring case: the consecutive words that the
 * names of most members share, with the number of members that lack them (`copepod` for `copepod_calanoid` and
 * `copepod_cyclopoid`; `copepod+1` if `jellies` is in the group, too). Where no words are common to more than half of the
 * members, or the name is taken, the first member and the number of others (`acantharia_protist+4`).
 * @param groups  of two or more classes each
 * @param classes names that are taken
 */
export function nameGroups(groups: readonly (readonly string[])[], classes: readonly string[]): string[] {
  const taken = new Set(classes.map((name) => name.toLowerCase()));
  const isTaken = (name: string): boolean => taken.has(name.toLowerCase());
  return groups.map((members) => {
    const fallback = `${members[0]}+${members.length - 1}`;
    let name = commonName(members) ?? fallback;
    if (isTaken(name)) name = fallback;
    for (let i = 2; isTaken(name); i++) name = `${fallback} (${i})`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** The words shared by more than half of the names: the run in the most names, and of these the longest. */
function commonName(names: readonly string[]): string | undefined {
  const counts = new Map<string, { count: number; text: string }>();
  for (const name of names) {
    for (const [words, text] of wordRuns(name)) {
      const run = counts.get(words);
      counts.set(words, { count: (run?.count ?? 0) + 1, text: run?.text ?? text });
    }
  }
  let best = { count: names.length / 2, text: '' };
  for (const run of counts.values()) {
    if (
      run.count > best.count ||
      (run.count === best.count && run.text.length > best.text.length && best.text !== '')
    ) {
      best = run;
    }
  }
  if (best.text === '') return undefined;
  return best.count === names.length ? best.text : `${best.text}+${names.length - best.count}`;
}

/** All runs of whole words in a name: in lower case with single spaces, each with its text in the name. */
function wordRuns(name: string): Map<string, string> {
  const words = [...name.matchAll(/[\p{L}\p{N}]+/gu)];
  const runs = new Map<string, string>();
  words.forEach(({ index: start }, i) => {
    words.slice(i).forEach(({ 0: last, index }, length) => {
      const text = name.slice(start, index + last.length);
      const key = words
        .slice(i, i + length + 1)
        .join(' ')
        .toLowerCase();
      if (text.length >= SHORTEST && /\p{L}/u.test(text)) runs.set(key, text);
    });
  });
  return runs;
}
