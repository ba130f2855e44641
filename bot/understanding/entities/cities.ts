import { createGazetteer, findPlaces } from './places.ts';
import { readTable } from './tables.ts';
import type { Candidate, Context } from './types.ts';

/** Big cities in the spellings of the twelve languages; `value` is the English name. */
export function findCities(context: Context): Candidate[] {
  return findPlaces(context, cities, 'city', meant);
}

const cities = createGazetteer(
  readTable('cities').flatMap(([city, forms]) =>
    [city, ...forms].map((form): [string, string, string] => [form, city, '*']),
  ),
);

// Names that are words when they are not written as names.
const words = new Set(
  'nice cork essen leon bari vigo lima bergen rom perm colonia porto rosario recife fortaleza lagos rabat vienne seul ginebra faro damas valence florence braga kiel fes oran medina phoenix дели питер santiago'.split(
    ' ',
  ),
);

function meant(written: string): boolean {
  return !words.has(written) && (!words.has(written.toLowerCase()) || /^\p{Lu}\p{Ll}/u.test(written));
}
