import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languageFeatures, stripForeign } from './detectFeatures.ts';
import { loadLinear, softmax } from './linear.ts';
import { clean } from './normalise.ts';

/**
 * The language of a message: by script where a script has one language, else by our model over its letters, mixed with the
 * prior (the conversation's language). One or two words, codes, brands and emojis never outweigh a prior.
 */
export function detectLanguage(text: string, prior?: string): Detection {
  const plain = stripForeign(clean(text).text);
  const words = plain.match(/[\p{L}\p{M}']+/gu) ?? [];
  const fallback: Detection = { language: prior ?? 'und', confidence: prior ? 0.5 : 0, known: prior !== undefined };
  if (words.length === 0) return fallback;
  const script = scriptOf(plain);
  if (script === undefined) return byModel(text, words, prior);
  const language = script === 'Arab' && /[پچژگ]/u.test(plain) ? 'fa' : (scripts[script] ?? 'und');
  // Chinese characters alone are Chinese or Japanese: a shop's Japanese customer keeps the language over "返金".
  if (script === 'Hani' && prior === 'ja') return { language: 'ja', confidence: 0.7, known: ours.has('ja') };
  return { language, confidence: 0.99, known: ours.has(language) };
}

/** Languages that we answer in, as the model's classes have them. */
export function knownLanguages(): string[] {
  return [...ours];
}

/** `known` tells whether we speak it; `und` when nothing tells. */
export type Detection = { language: string; confidence: number; known: boolean };

const model = loadLinear(readFileSync(join(import.meta.dirname, 'data', 'languages.bin')));
const ours = new Set(model.header.classes.filter((name) => name !== 'other'));

// Nats that the prior is worth; a short message has little to say against it.
const priorNats = 2;
const shortPriorNats = 6;
const switchFloor = 0.6;

const scripts: Record<string, string> = {
  Hani: 'zh',
  Kana: 'ja',
  Hang: 'ko',
  Arab: 'ar',
  Cyrl: 'ru',
  Thai: 'th',
  Hebr: 'he',
  Grek: 'el',
  Deva: 'hi',
  Beng: 'bn',
  Taml: 'ta',
  Geor: 'ka',
  Armn: 'hy',
};

const scriptPatterns: [string, RegExp][] = [
  ['Kana', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['Hang', /\p{sc=Hangul}/gu],
  ['Hani', /\p{sc=Han}/gu],
  ['Arab', /\p{sc=Arabic}/gu],
  ['Cyrl', /\p{sc=Cyrillic}/gu],
  ['Thai', /\p{sc=Thai}/gu],
  ['Hebr', /\p{sc=Hebrew}/gu],
  ['Grek', /\p{sc=Greek}/gu],
  ['Deva', /\p{sc=Devanagari}/gu],
  ['Beng', /\p{sc=Bengali}/gu],
  ['Taml', /\p{sc=Tamil}/gu],
  ['Geor', /\p{sc=Georgian}/gu],
  ['Armn', /\p{sc=Armenian}/gu],
];

// A letter of a dense script says as much as several Latin ones, so "我的order呢" stays Chinese.
function scriptOf(text: string): string | undefined {
  const latin = (text.match(/\p{sc=Latin}/gu) ?? []).length;
  let best: { name: string; weight: number } | undefined;
  for (const [name, pattern] of scriptPatterns) {
    const count = (text.match(pattern) ?? []).length;
    if (count === 0) continue;
    const weight = count * (name === 'Kana' ? 6 : name === 'Hani' || name === 'Hang' ? 4 : 2);
    if (!best || weight > best.weight) best = { name, weight };
  }
  return best && best.weight >= latin ? best.name : undefined;
}

function byModel(text: string, words: string[], prior: string | undefined): Detection {
  const scores = model.scores(languageFeatures(text));
  const foreign = foreignOf(words);
  const { classes, temperature } = model.header;
  const strength = words.length <= 2 ? shortPriorNats : priorNats;
  const weighted = scores.map((score, i) => score / temperature + (classes[i] === prior ? strength : 0));
  const probabilities = softmax(weighted);
  let best = 0;
  probabilities.forEach((probability, i) => {
    if (probability > (probabilities[best] ?? 0)) best = i;
  });
  const language = classes[best] ?? 'und';
  const confidence = probabilities[best] ?? 0;
  if (foreign && words.length >= 3 && foreign.share > functionWordShare(language, words))
    return { language: foreign.language, confidence: 0.8, known: false };
  // Nonsense and names look a little like some language: only a clear message leaves the conversation's.
  if (prior && language !== prior && confidence < switchFloor)
    return { language: prior, confidence: 0.5, known: ours.has(prior) };
  return { language, confidence, known: true };
}

// Function words are enough to say "this is Italian": no model is needed for languages that we do not answer in.
function foreignOf(words: string[]): { language: string; share: number } | undefined {
  let best: { language: string; share: number } | undefined;
  for (const language of Object.keys(functionWords)) {
    if (ours.has(language)) continue;
    const share = functionWordShare(language, words);
    if (share >= 0.3 && (!best || share > best.share)) best = { language, share };
  }
  return best;
}

function functionWordShare(language: string, words: string[]): number {
  const list = functionWords[language];
  if (!list) return 0;
  const hits = words.filter((word) => list.has(word.toLowerCase())).length;
  // One short word stands in many languages.
  return hits < 2 ? 0 : hits / words.length;
}

const functionWords: Record<string, Set<string>> = Object.fromEntries(
  Object.entries({
    en: 'the a an is are was my i you your it to of and in on for not have has this that with do does can when where how what',
    de: 'der die das ein eine ist sind war ich sie mein meine nicht und in auf für mit zu von es wann wo wie was hat habe noch',
    es: 'el la los las un una es son mi mis yo no y en de que por para con se lo me ha he cuando donde como ya está',
    fr: "le la les un une des est sont mon ma mes je vous ne pas et en de du que qui pour avec ce cette j'ai c'est où quand comment mais plus il elle",
    it: 'il lo la gli un una è sono mio mia io non e in di che per con questo ho ha del della dove quando come ma più mi si',
    pt: 'o a os as um uma é são meu minha eu não e em de que por para com isso foi ainda do da onde quando como mas já está meus',
    nl: 'de het een is zijn was mijn ik u niet en in op voor met te van dat dit heb heeft nog waar wanneer hoe maar mij je',
    pl: 'nie jest to i w na z do że się moje mój moja czy gdzie kiedy jak ale mam jeszcze od za co proszę',
    sv: 'är jag inte det en ett och i på för med till av som har min mitt när var hur men om kan den så',
    da: 'er jeg ikke det en et og i på for med til af som har min mit hvornår hvor hvordan men kan den så',
    no: 'er jeg ikke det en et og i på for med til av som har min mitt når hvor hvordan men kan den så',
    fi: 'ei on minun ja että se en mutta missä milloin miten olen tilaus oli kun vielä ole mikä voi',
    cs: 'je to a v na z do že se moje můj není kde kdy jak ale mám ještě od za co prosím jsem',
    tr: 've bir bu ne için değil benim nerede ne zaman nasıl ama var yok mi mı hala daha çok ile gibi',
    ro: 'este sunt și nu în de la cu pe pentru că mea meu unde când cum dar am mai o un ce nu-mi',
    hu: 'nem a az és hogy van egy ez de mikor hol hogyan még meg már kell volt én csak',
    id: 'saya tidak yang di dan ini itu ke dari untuk dengan ada belum sudah kapan mana bagaimana apa bisa pesanan',
    vi: 'tôi không là của và có cho này khi nào ở đâu như thế được đã chưa với đơn hàng bạn',
    tl: 'ang ng sa ko ako hindi na at mga ito saan kailan paano po ba pa lang yung kasi',
    sw: 'na ya wa kwa ni si yangu wapi lini nini hii hapana bado la za kama',
  }).map(([language, words]) => [language, new Set(words.split(' '))]),
);
