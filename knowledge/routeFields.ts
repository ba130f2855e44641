import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { maxBody } from './files.ts';

export const slugForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** A line that an editor types: a title, a question, a keyword. */
export const lineField = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !text.includes('\u0000'));

/** An article's text. */
export const bodyField = z
  .string()
  .max(maxBody)
  .refine((text) => !text.includes('\u0000'));

export const languageField = z.string().max(10);

/** The article that a path names. */
export function slugOf(request: WithParams): string {
  const { slug } = request.params;
  if (typeof slug !== 'string' || !slugForm.test(slug)) throw new AppError('not_found', 'no such article');
  return slug;
}

/** The language that a path names, which must be one of the shop's. */
export function languageOf(request: WithParams, languages: readonly string[]): string {
  const { language } = request.params;
  if (typeof language !== 'string' || !languages.includes(language))
    throw new AppError('invalid', `this shop has the languages ${languages.join(', ')}`);
  return language;
}

type WithParams = { params: Record<string, unknown> };
