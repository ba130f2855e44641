/** What a person typed: control characters (NUL too, which PostgreSQL refuses) and lone surrogates are nothing that anybody typed. */
export function tidyText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
