/**
 * Finds known words near a misspelt or unknown one: those that share most of its letters in runs of three, or begin with it; best
 * first, with a likeness from 0 to 1.
 */
export function nearWords(words: readonly string[]): (word: string) => [word: string, likeness: number][] {
  const long = words.filter((word) => word.length >= leastLetters);
  const byRun = new Map<string, number[]>();
  long.forEach((word, i) => {
    for (const run of new Set(runsOf(word))) {
      const list = byRun.get(run);
      if (list) list.push(i);
      else byRun.set(run, [i]);
    }
  });
  return (word) => {
    if ([...word].length < leastLetters) return [];
    const own = runsOf(word);
    const shared = new Map<number, number>();
    for (const run of own) for (const i of byRun.get(run) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
    return [...shared]
      .map(([i, hits]): [string, number] => {
        const other = long[i] ?? '';
        const likeness = (2 * hits) / (own.length + other.length);
        return [other, Math.max(likeness, other.startsWith(word) ? prefixLikeness : 0)];
      })
      .filter(([, likeness]) => likeness >= floor)
      .sort((a, b) => b[1] - a[1])
      .slice(0, most);
  };
}

// Measured with npm run -s evaluate:search.
const leastLetters = 4;
const floor = 0.42;
const most = 8;
// The beginning of a word says nearly as much as the word.
const prefixLikeness = 0.85;

// As many runs as the word has letters, for its ends count too.
function runsOf(word: string): string[] {
  const letters = `^${word}$`;
  const runs: string[] = [];
  for (let i = 0; i + 3 <= letters.length; i += 1) runs.push(letters.slice(i, i + 3));
  return runs;
}
