/** A drawing of a demo product in a few calm shapes. */
export function picture(id: string): string {
  const shape = shapes[id.replace('p-', '')] ?? '<circle cx="60" cy="60" r="28" fill="#0b6b63"/>';
  return `<svg viewBox="0 0 120 120" role="img" aria-hidden="true"><rect width="120" height="120" fill="#efece4"/><rect y="92" width="120" height="28" fill="#e2ddd0"/>${shape}</svg>`;
}

const teal = '#0b6b63';
const sand = '#c9b48c';
const ink = '#2b3331';
const clay = '#b8654a';

const shapes: Record<string, string> = {
  lamp: `<path d="M42 58h36l-8-28H50z" fill="${sand}"/><rect x="57" y="58" width="6" height="32" fill="${ink}"/><rect x="46" y="88" width="28" height="6" rx="3" fill="${ink}"/>`,
  vase: `<path d="M52 30h16v10c10 8 12 18 12 28 0 14-6 26-10 26H50c-4 0-10-12-10-26 0-10 2-20 12-28z" fill="${teal}"/>`,
  rug: `<path d="M20 90l20-34h50l14 34z" fill="${clay}"/><path d="M34 82l12-20h38l8 20z" fill="none" stroke="#fff" stroke-width="2"/>`,
  cups: `<rect x="28" y="60" width="26" height="32" rx="4" fill="${teal}"/><rect x="64" y="56" width="28" height="36" rx="4" fill="${sand}"/>`,
  glasses: `<path d="M30 50h18l-3 42H33zM52 50h18l-3 42H55zM74 50h18l-3 42H77z" fill="#bcd6d2"/>`,
  blanket: `<rect x="30" y="56" width="60" height="36" rx="6" fill="${sand}"/><path d="M30 68h60M30 80h60" stroke="#fff" stroke-width="2"/>`,
  cushion: `<rect x="32" y="44" width="56" height="48" rx="14" fill="${teal}"/>`,
  mirror: `<circle cx="60" cy="56" r="32" fill="#d7e3e0" stroke="${sand}" stroke-width="6"/>`,
  shelf: `<rect x="22" y="52" width="76" height="6" fill="${sand}"/><rect x="34" y="34" width="10" height="18" fill="${teal}"/><rect x="48" y="38" width="8" height="14" fill="${clay}"/>`,
  candle: `<rect x="48" y="52" width="24" height="40" rx="3" fill="${sand}"/><path d="M60 34c5 7 5 12 0 14-5-2-5-7 0-14z" fill="${clay}"/>`,
  kettle: `<path d="M38 54h44l6 38H32z" fill="${ink}"/><path d="M46 54c0-18 28-18 28 0" fill="none" stroke="${ink}" stroke-width="5"/>`,
  speaker: `<rect x="40" y="40" width="40" height="52" rx="10" fill="${ink}"/><circle cx="60" cy="70" r="12" fill="${sand}"/>`,
  headphones: `<path d="M34 74c0-44 52-44 52 0" fill="none" stroke="${ink}" stroke-width="6"/><rect x="28" y="68" width="14" height="24" rx="6" fill="${teal}"/><rect x="78" y="68" width="14" height="24" rx="6" fill="${teal}"/>`,
  charger: `<rect x="42" y="48" width="36" height="44" rx="8" fill="#fff"/><path d="M52 48V38M68 48V38" stroke="${ink}" stroke-width="5"/>`,
  clock: `<circle cx="60" cy="64" r="28" fill="#fff" stroke="${teal}" stroke-width="5"/><path d="M60 64V48M60 64l12 8" stroke="${ink}" stroke-width="4"/>`,
  sweater: `<path d="M40 40l10-6h20l10 6 16 24-12 8-6-8v28H42V64l-6 8-12-8z" fill="${teal}"/>`,
  jacket: `<path d="M40 38l10-6h20l10 6 14 26-12 8-4-8v28H42V64l-4 8-12-8z" fill="${ink}"/><path d="M60 36v56" stroke="${sand}" stroke-width="3"/>`,
  scarf: `<path d="M44 34h32v16H44z" fill="${clay}"/><path d="M46 50h14v44H46z" fill="${clay}"/><path d="M62 50h12v30H62z" fill="#a3543b"/>`,
  slippers: `<path d="M24 86c0-16 30-26 34-10 2 10-6 14-34 10zM64 90c0-16 30-26 34-10 2 10-6 14-34 10z" fill="${sand}"/>`,
  robe: `<path d="M42 34h36l12 58H30z" fill="#fff"/><path d="M60 36l-8 56M36 66h48" stroke="${sand}" stroke-width="4"/>`,
};
