import { type Kysely, sql } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import type { Articles, ArticleView } from './articles.ts';
import { gapDb } from './gapTables.ts';
import type { Content } from './types.ts';

/**
 * Begins an article from a gap, or a change of the article that was shown: a draft in each language that it was asked in, with
 * the customers' questions and what colleagues answered. Publishing it closes the gap.
 */
export async function draftFromGap({ db, articles, languages, id, slug, change, language, author }: GapDraft): Promise<{
  slug: string;
  language: string;
}> {
  const gaps = gapDb(db);
  const questions = await gaps
    .selectFrom('gap_question')
    .select(['language', 'text', 'answer'])
    .where('gap_id', '=', id)
    .where('language', 'in', [...languages])
    .orderBy('fit', 'desc')
    .orderBy('asked_at', 'desc')
    .limit(300)
    .execute();
  if (questions.length === 0) throw new AppError('not_found', 'no such gap');
  const article: ArticleView | undefined = change ? await articles.get(slug) : undefined;
  if (!change) await articles.create({ slug, category: null, intents: [] });
  const byLanguage = Map.groupBy(questions, (question) => question.language);
  const there = new Map(article?.variants.map((variant) => [variant.language, variant]));
  // A change goes to what exists: other languages of the article are the translator's work, unless it was asked in no other.
  const changes = [...byLanguage].filter(([own]) => there.has(own));
  for (const [own, asked] of changes.length > 0 ? changes : byLanguage) {
    const variant = there.get(own);
    await articles.saveDraft({
      slug,
      language: own,
      content: contentOf(asked, variant?.draft),
      baseVersion: variant?.version ?? 0,
      author,
    });
  }
  await gaps
    .updateTable('gap')
    .set({ article_slug: slug, article_since: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  const begun = changes.length > 0 ? changes.map(([own]) => own) : [...byLanguage.keys()];
  return { slug, language: mainOf(begun, byLanguage, language) };
}

/** A short name for an article about this, of the words that an address can hold. */
export function slugFrom(texts: readonly string[]): string {
  for (const text of texts) {
    const words = text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word.length > 3);
    if (words.length >= 2) return words.slice(0, 4).join('-').slice(0, 60);
  }
  return '';
}

type GapDraft = {
  db: Kysely<CoreTables>;
  articles: Articles;
  languages: readonly string[];
  id: string;
  slug: string;
  /** Whether the article exists and is to be changed. */
  change: boolean;
  /** The editor's own, to open the draft in where it exists. */
  language: string;
  author: string;
};

type Asked = { language: string; text: string; answer: string | null };

const questionsEach = 6;
const hidden = '[…]';

function contentOf(asked: readonly Asked[], before: Content | undefined): Content {
  // What lost a piece reads badly as a question; it is taken only where there is no other.
  const whole = asked.filter(({ text }) => !text.includes(hidden));
  const texts = (whole.length > 0 ? whole : asked).map(({ text }) =>
    text.replaceAll(hidden, ' ').replace(/\s+/g, ' ').trim().slice(0, 300),
  );
  const known = new Set(before?.questions.map((question) => question.toLowerCase()));
  const added = texts
    .filter((text, i) => text && texts.indexOf(text) === i && !known.has(text.toLowerCase()))
    .slice(0, questionsEach);
  const answer = asked.find((question) => question.answer)?.answer ?? '';
  const body = before?.body ?? '';
  return {
    title: before?.title ?? added[0] ?? '…',
    body: answer && !body.includes(answer) ? [body.trimEnd(), answer].filter(Boolean).join('\n\n') : body,
    questions: [...(before?.questions ?? []), ...added].slice(0, 50),
    keywords: before?.keywords ?? [],
  };
}

// Where a colleague answered there is text to begin with; else the editor's own language, else where it was asked most.
function mainOf(begun: readonly string[], byLanguage: ReadonlyMap<string, readonly Asked[]>, own: string): string {
  const weight = (language: string) => {
    const asked = byLanguage.get(language) ?? [];
    return (asked.some(({ answer }) => answer) ? 2000 : 0) + (language === own ? 1000 : 0) + asked.length;
  };
  return [...begun].sort((a, b) => weight(b) - weight(a))[0] ?? own;
}
