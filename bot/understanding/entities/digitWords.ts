/** The digits that a word means when numbers are read out; `double` and `triple` repeat the next one, `-` is the word for a dash. */
export function digitWord(word: string): string | 'double' | 'triple' | undefined {
  const known = words.get(word);
  if (known !== undefined) return known;
  if (!/^\p{sc=Hangul}+$/u.test(word)) return undefined;
  let digits = '';
  for (const syllable of word) {
    const digit = korean.get(syllable);
    if (digit === undefined) return undefined;
    digits += digit;
  }
  return digits;
}

/** What a counting word means, up to twelve, in the languages that we speak: for quantities. */
export function countWord(word: string): number | undefined {
  return counts.get(word);
}

// By digit, zero first; Arabic letters as the normaliser folds them, with the forms of the dialects.
const spoken = [
  'zero oh o null nul zéro cero ноль нуль صفر زيرو ゼロ ぜろ れい 零 〇',
  'one eins eine uno una un une um uma een één один одна одно واحد واحده いち 一 幺',
  'two zwei zwo deux dos due dois duas twee два две اثنين اثنان تنين اتنين جوج 二 两',
  'three drei trois tres tre três три ثلاثه تلاته ثلاث さん 三',
  'four vier quatre cuatro quattro quatro четыре اربعه اربع よん 四',
  'five fünf fuenf funf cinq cinco cinque vijf пять خمسه خمس ご 五',
  'six sechs seis sei zes meia шесть سته ست ろく 六',
  'seven sieben sept siete sette sete zeven семь سبعه سبع なな しち 七',
  'eight acht huit ocho otto oito восемь ثمانيه تمانيه ثماني はち 八',
  'nine neun neuf nueve nove negen девять تسعه تسع きゅう 九',
];

const repeats: [string, string][] = [
  ['double', 'double doble doppel doppelt doppio duplo dubbel دبل'],
  ['triple', 'triple treble triplo dreifach driedubbel'],
  [
    '-',
    'dash hyphen bindestrich strich minus tiret trait guion guión trattino traço hífen streepje дефис тире минус شرطه 横杠 杠 ハイフン 하이픈 대시',
  ],
];

const words = new Map<string, string>(
  [...spoken.map((list, digit): [string, string] => [String(digit), list]), ...repeats].flatMap(([meaning, list]) =>
    list.split(' ').map((word): [string, string] => [word, meaning]),
  ),
);

const korean = new Map<string, string>(
  ['영공', '일', '이', '삼', '사', '오', '육륙', '칠', '팔', '구'].flatMap((list, digit) =>
    [...list].map((syllable): [string, string] => [syllable, String(digit)]),
  ),
);

const more: [number, string][] = [
  [1, '한 하나'],
  [2, '두 둘 both beide ambos ambas entrambi beiden оба обе zwei 両 兩 إثنين'],
  [3, '세 셋 трое'],
  [4, '네 넷'],
  [5, '다섯'],
  [6, '여섯'],
  [7, '일곱'],
  [8, '여덟'],
  [9, '아홉'],
  [10, 'ten zehn dix diez dieci dez tien десять عشره عشر 열 十'],
  [11, 'eleven elf onze once undici одиннадцать'],
  [12, 'twelve zwölf zwoelf douze doce dodici doze twaalf двенадцать 十二 dozen dutzend'],
];

// An article is no number: "a lamp", "eine Lampe" say nothing of how many. Neither are "oh" and "half".
const articles = new Set('oh o un une uno una um uma een eine meia'.split(' '));
const counts = new Map<string, number>([
  ...spoken.flatMap((list, digit) =>
    list
      .split(' ')
      .filter((word) => digit > 0 && !articles.has(word))
      .map((word): [string, number] => [word, digit]),
  ),
  ...more.flatMap(([number, list]) => list.split(' ').map((word): [string, number] => [word, number])),
]);
