/**
 * Compiles a pattern that an operator wrote, if it can be matched in linear time; else throws what is wrong with it. Allowed are
 * characters, classes, groups, alternatives, `?` and bounded repetition `{n}` or `{n,m}` of a single character or class.
 */
export function linearPattern(source: string): RegExp {
  if (source.length > longest) throw new Error(`at most ${longest} characters`);
  if (/\\[1-9kbBpP]|\(\?(?!:)|[\^$]/.test(source.replace(/\[\^/g, '[')))
    throw new Error('no back references, look-arounds, anchors or named groups');
  const outside = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/[*+]|\{\d+,\}/.test(outside)) throw new Error('no * and no +: write {1,10} instead');
  if (/\)(?:\{|\?\?)/.test(outside)) throw new Error('a group may be followed by ? only');
  // Each choice multiplies the ways in which a text can be tried; their product bounds the work at each place.
  let ways = 1;
  for (const [, from = '', to] of outside.matchAll(/\{(\d+)(?:,(\d+))?\}/g)) {
    if (Number(to ?? from) > mostRepeated) throw new Error(`at most ${mostRepeated} repetitions`);
    ways *= Math.max(1, Number(to ?? from) - Number(from) + 1);
  }
  ways *= 2 ** (outside.match(/\?(?!:)/g)?.length ?? 0) * ((outside.match(/\|/g)?.length ?? 0) + 1);
  if (ways > mostWays) throw new Error('too many repetitions of different length');
  let pattern: RegExp;
  try {
    // Scripts without spaces may stand right beside it.
    pattern = new RegExp(`(?<!${joined})#?(?:${source})(?!${joined})`, 'giu');
  } catch {
    throw new Error('not a regular expression');
  }
  if (new RegExp(`^(?:${source})$`, 'u').test('')) throw new Error('it must not match nothing');
  return pattern;
}

const joined = '[\\p{sc=Latin}\\p{sc=Cyrillic}\\p{N}]';
const longest = 200;
const mostRepeated = 40;
const mostWays = 2000;
