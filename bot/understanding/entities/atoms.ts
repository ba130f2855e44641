/**
 * The pieces that numbers and codes are written in: rows of Latin letters and digits, with what stands between each and the one before.
 * Spaces, dots and dashes inside a code split it into several; `windows` puts neighbours together again.
 */
export function readAtoms(text: string): Atom[] {
  const atoms: Atom[] = [];
  let end = 0;
  for (const match of text.matchAll(/[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{M}\d]{1,80}/gu)) {
    const [piece] = match;
    atoms.push({
      text: piece.toUpperCase(),
      start: match.index,
      end: match.index + piece.length,
      digits: piece.replace(/\D/g, '').length,
      plain: /^[A-Za-z\d]+$/.test(piece),
      joined: atoms.length > 0 && /^(?: {1,2}| ?[-–—‑.·_/−] ?)$/.test(text.slice(end, match.index).slice(0, 4)),
    });
    end = match.index + piece.length;
  }
  return atoms;
}

/** Every row of joined atoms from each one on, longest first, of at most `most` atoms and `longest` characters. */
export function* windows(atoms: readonly Atom[], most: number, longest: number): Generator<Code> {
  for (let first = 0; first < atoms.length; first += 1) {
    const codes: Code[] = [];
    let value = '';
    for (let i = first; i < atoms.length && i < first + most; i += 1) {
      const atom = atoms[i];
      if (!atom?.plain || (i > first && !atom.joined)) break;
      value += atom.text;
      if (value.length > longest) break;
      codes.push({ value, start: atoms[first]?.start ?? 0, end: atom.end, first, last: i });
    }
    yield* codes.reverse();
  }
}

/** A row of Latin letters and digits; `joined` when only a space, a dash or a dot parts it from the one before. */
export type Atom = { text: string; start: number; end: number; digits: number; plain: boolean; joined: boolean };

/** Neighbouring atoms read as one code, upper case, without what stood between them. */
export type Code = { value: string; start: number; end: number; first: number; last: number };
