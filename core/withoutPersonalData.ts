/**
 * A text with everything that could tell who somebody is replaced by `[…]`, for good: what is kept for others to read. `values`
 * finds contact data and numbers, `known` are names from records. It rather takes too much than too little.
 */
export function withoutPersonalData(text: string, values: FindValues, known: readonly string[] = []): string {
  const found = values(text.slice(0, longest));
  const kept = found.filter(({ name }) => harmless.has(name));
  const spans = found
    .filter(({ name }) => personal.has(name))
    .map(({ start, end }): Span => ({ start, end }))
    .concat(knownNames(text, known));
  for (const pattern of patterns)
    for (const match of text.slice(0, longest).matchAll(pattern)) {
      const name = match.groups?.name;
      const start = match.index + (name === undefined ? 0 : match[0].lastIndexOf(name));
      const end = start + (name ?? match[0]).length;
      if (!usual.has((name ?? '').toLowerCase())) spans.push({ start, end });
    }
  // A price and a date tell nobody's name.
  for (const match of text.slice(0, longest).matchAll(numbers)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const digits = match[0].replace(/\P{N}/gu, '').length;
    const year = /^(?:19|20)\d\d$/.test(match[0]);
    if (digits >= 4 && !year && !kept.some((value) => start < value.end && value.start < end))
      spans.push({ start, end });
  }
  return cut(text.slice(0, longest), spans);
}

/** Finds values in a text, as the understanding of messages does. */
export type FindValues = (text: string) => { name: string; start: number; end: number }[];

type Span = { start: number; end: number };

const longest = 4000;
const personal = new Set(['order_number', 'tracking_number', 'email', 'phone', 'postcode', 'new_address']);
const harmless = new Set(['amount', 'date', 'quantity']);
const usual = new Set(['客', 'お客', '皆', '고객', '담당자', '선생', '사장', '판매자']);

// Digits and codes of any form; every pattern here is linear: what repeats is bounded, and no repetition holds another of the same.
const numbers = /[A-Za-z]{0,6}[-#]?\p{Nd}(?:[ ()./-]{0,2}\p{Nd}){0,40}(?:-?[A-Za-z0-9]{1,12})?/gu;

const word = String.raw`\p{Lu}(?:\.|[\p{L}\p{M}'’-]{0,30})`;
const cased = String.raw`(?<name>${word}(?: (?:de|da|del|di|van|von|der|el|al|la) ){0,1}(?: ?${word}){0,3})`;
const arabic = String.raw`(?<name>[\u0621-\u064a]{2,15}(?: [\u0621-\u064a]{2,15}){0,1})`;
const before = String.raw`(?<![\p{L}\p{M}])`;
const street = String.raw`(?:rue|avenue|av\.|boulevard|bd|place|chemin|all[ée]e|quai|via|viale|piazza|corso|largo|calle|c\/|avenida|avda\.?|plaza|paseo|camino|rua|travessa|praça|estrada|alameda)`;

const patterns = [
  /https?:\/\/\S{1,500}|www\.\S{1,500}/giu,
  /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/gu,
  // Greetings, introductions, titles, signatures.
  rule(
    `${before}(?:[Hh]i|[Hh]ello|[Hh]ey|[Dd]ear|[Hh]allo|[Hh]oi|[Mm]oin|[Ll]iebe[rs]?|[Gg]uten (?:Tag|Morgen|Abend)|[Bb]onjour|[Bb]onsoir|[Ss]alut|[Cc]h[eè]re?|[Hh]ola|[Bb]uen[oa]s (?:días|dias|tardes|noches)|[Ee]stimad[oa]|[Qq]uerid[oa]|[Cc]iao|[Ss]alve|[Bb]uon(?:giorno|asera)|[Gg]entile|[Cc]ar[oa]|[Oo]l[áa]|[Oo]i|[Bb]o[am] (?:dia|tarde|noite)|[Pp]rezad[oa]|[Bb]este|[Gg]eachte|[Gg]oede(?:morgen|middag|navond)|[Зз]дравствуйте|[Пп]ривет|[Дд]обрый день|[Уу]важаем(?:ый|ая)|[Дд]орог(?:ой|ая))[,!]? ${cased}`,
  ),
  rule(
    `${before}(?:[Mm]y name(?:'s| is)|[Nn]ame:|[Ii] am|[Ii]['’]m|[Tt]his is|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist|[Ii]ch bin|[Hh]ier ist|[Hh]ier schreibt|[Jj]e m['’]appelle|[Mm]on nom est|[Jj]e suis|[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Mm]i chiamo|[Ii]l mio nome è|[Ss]ono|[Mm]eu nome é|[Mm]e chamo|[Ss]ou|[Ii]k heet|[Mm]ijn naam is|[Ii]k ben|[Мм]еня зовут|[Мм]о[её] имя|[Яя])[ -]{1,3}(?:o |a |el |la )?${cased}`,
  ),
  rule(
    `${before}(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Sr|Sra|Señora?|Signora?|Sig(?:\\.ra)?|Senhora?|Dhr|Mevr|[Mm]evrouw|[Mm]eneer|[Гг]осподин|[Гг]оспожа|г-н|г-жа)\\.? ${cased}`,
  ),
  rule(
    `${before}(?:[Rr]egards|[Ss]incerely|[Cc]heers|[Bb]est|[Tt]hanks|[Tt]hank you|[Gg]rü(?:ße|sse|ßen)|[Gg]ruß|MfG|[Dd]anke|[Cc]ordialement|[Mm]erci|[Ss]aludos|[Aa]tentamente|[Gg]racias|[Ss]aluti|[Gg]razie|[Aa]braços?|[Aa]tenciosamente|[Oo]brigad[oa]|[Gg]roet(?:en|jes)?|[Bb]edankt|[Сс] уважением|[Сс]пасибо)[,.! ]{0,3}\\s{1,3}${cased}`,
  ),
  rule(`(?:اسمي|أنا اسمي|عزيزي|عزيزتي|السيد|السيدة|الأستاذ|الأستاذة|معك|تحياتي[،,]?) ${arabic}`),
  /(?:我叫|我的名字是|我是|姓名[:：]?|本人)(?<name>[\p{sc=Han}]{2,4})/gu,
  /(?<name>[\p{sc=Han}]{1,3})(?:先生|女士|小姐|太太)/gu,
  /(?:私は|わたしは|名前は|氏名[:：]?)(?<name>[\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}ー ]{2,10}?)(?:です|と申し|といい)/gu,
  /(?<name>[\p{sc=Han}\p{sc=Katakana}ー]{1,6})(?:様|さん|さま)/gu,
  /(?<name>[\p{sc=Han}\p{sc=Katakana}ー]{2,8})と申します/gu,
  /(?:제 이름은|이름은|저는|성함은) ?(?<name>[\p{sc=Hangul}]{2,4}?)(?:입니다|이에요|예요|라고|이라고|이고)/gu,
  /(?<![\p{sc=Hangul}])(?<name>[\p{sc=Hangul}]{2,4}) ?(?:님|씨)(?![\p{sc=Hangul}]{2})/gu,
  // Streets with their numbers.
  /\d{1,5}[a-z]? (?:[\p{L}'’.-]{1,30} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|square|terrace|boulevard|blvd|way)(?![\p{L}])\.?/giu,
  /(?:[\p{L}-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gracht|plein|kade|dijk|singel)|(?<!\p{L})(?:am|an der|im|auf der) [\p{L}-]{2,30}) \d{1,4} ?[a-z]?(?!\p{L})/giu,
  new RegExp(
    `(?<!\\p{L})${street}(?: [\\p{L}'’.-]{1,30}){1,5},?(?: (?:nº|n°|no\\.?|número|numero))? ?\\d{1,5}[a-z]?`,
    'giu',
  ),
  new RegExp(`\\d{1,5}(?: (?:bis|ter))?,? ${street}(?: [\\p{L}'’.-]{1,30}){1,4}`, 'giu'),
  /(?:улица|ул\.|проспект|пр-т|пр\.|переулок|пер\.|бульвар|наб\.|шоссе) ?[\p{L} .-]{2,40},? ?(?:д\.|дом)? ?\d{1,4}(?:[ ,]{1,2}кв\.? ?\d{1,4})?/giu,
  /(?:شارع|طريق|حي) [\u0621-\u064a]{2,15}(?: [\u0621-\u064a]{2,15}){0,2}(?:[ ،]{1,2}\p{Nd}{1,5})?/gu,
  /[\p{sc=Han}\d]{0,16}(?:路|街|道|巷|弄|胡同) ?\d{1,5} ?[号號弄][\p{sc=Han}\d-]{0,16}/gu,
  /[\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}]{0,16}\d{1,3}(?:丁目|番地?|-\d{1,3}-\d{1,4})[\d番地号-]{0,12}/gu,
  /[\p{sc=Hangul}]{1,10}(?:로|길) ?\d{1,4}(?:번길 ?\d{1,4})?(?:-\d{1,4})?(?!\p{Nd})/gu,
];

function rule(source: string): RegExp {
  return new RegExp(source, 'gu');
}

function knownNames(text: string, names: readonly string[]): Span[] {
  const spans: Span[] = [];
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return spans;
  const parts = names.flatMap((name) => [name, ...name.split(/\s+/)]);
  for (const part of new Set(parts.map((name) => name.trim().toLowerCase()))) {
    const spaced = /^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Arabic}]/u.test(part);
    if ([...part].length < (spaced ? 3 : 2)) continue;
    for (let at = lower.indexOf(part); at >= 0; at = lower.indexOf(part, at + part.length)) {
      const inWord = /[\p{L}\p{N}]/u.test(lower[at - 1] ?? '') || /[\p{L}\p{N}]/u.test(lower[at + part.length] ?? '');
      if (!spaced || !inWord) spans.push({ start: at, end: at + part.length });
    }
  }
  return spans;
}

function cut(text: string, spans: Span[]): string {
  let out = '';
  let at = 0;
  for (const { start, end } of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue;
    if (start >= at) out += `${text.slice(at, start)}[…]`;
    at = end;
  }
  return out + text.slice(at);
}
