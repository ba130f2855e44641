/** A day as people of that language write it; `style` long adds the weekday, full the year. `zone` is an IANA name; dates without time use UTC. */
export function formatDate(
  language: string,
  date: Date | string,
  zone = 'UTC',
  style: 'short' | 'medium' | 'long' | 'full' = 'medium',
): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'short'
      ? { day: 'numeric', month: 'short' }
      : style === 'medium'
        ? { day: 'numeric', month: 'long' }
        : style === 'long'
          ? { weekday: 'long', day: 'numeric', month: 'long' }
          : { day: 'numeric', month: 'long', year: 'numeric' };
  return new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: zone }).format(new Date(date));
}

/** A span of days, such as "24–26 November". */
export function formatDateRange(language: string, from: Date | string, to: Date | string, zone = 'UTC'): string {
  return new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'long', timeZone: zone }).formatRange(
    new Date(from),
    new Date(to),
  );
}

/** Day and time of day in the customer's zone. */
export function formatDateTime(language: string, date: Date | string, zone = 'UTC'): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(new Date(date));
}

/** An amount is a decimal string with its ISO 4217 currency. */
export function formatMoney(language: string, money: { amount: string; currency: string }): string {
  const format = new Intl.NumberFormat(localeOf(language), { style: 'currency', currency: money.currency });
  return format.format(money.amount as Intl.StringNumericLiteral);
}

/** A plain number with the language's separators. */
export function formatNumber(language: string, value: number): string {
  return new Intl.NumberFormat(localeOf(language)).format(value);
}

/** "a, b and c". */
export function formatList(
  language: string,
  items: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return new Intl.ListFormat(localeOf(language), { type }).format(items);
}

/** A country's name from its ISO 3166-1 code; the code itself when unknown. */
export function countryName(language: string, code: string): string {
  try {
    return new Intl.DisplayNames(localeOf(language), { type: 'region' }).of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}

/** The language's own name, as a language menu shows it, or its name in another language. */
export function languageName(language: string, inLanguage = language): string {
  const names = new Intl.DisplayNames(localeOf(inLanguage), { type: 'language' });
  return names.of(language === 'zh' ? 'zh-Hans' : language) ?? language;
}

// Arabic dates are Gregorian with Latin digits: order numbers and dates stand side by side.
function localeOf(language: string): string {
  if (language === 'ar') return 'ar-u-ca-gregory-nu-latn';
  if (language === 'zh') return 'zh-Hans';
  if (language === 'pt') return 'pt-BR';
  return language;
}
