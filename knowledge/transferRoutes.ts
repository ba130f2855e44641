import { Router } from 'express';
import type { Kysely } from 'kysely';
import type { CoreTables } from '../core/database/tables.ts';
import { AppError } from '../core/errors.ts';
import { uploadBody } from '../core/http/body.ts';
import type { I18n } from '../core/i18n.ts';
import { memberOf } from '../core/staff/routes.ts';
import type { Staff } from '../core/staff/staff.ts';
import { type ExportFormat, exportArticles, exportFormats, packArticles } from './exportArticles.ts';
import { importArticles } from './importArticles.ts';
import { readUpload } from './readUpload.ts';
import { type Reason, reasonOf } from './refusal.ts';

/** Articles in and out over HTTP. An import is a dry run unless `apply` says otherwise; its reasons come in the member's language. */
export function createTransferRoutes({ db, staff, i18n, shopLanguage, uploadMb }: TransferParts): Router {
  const router = Router();
  const write = staff.requireStaff('editor');

  router.post('/-/import', write, uploadBody(uploadMb), async (request, response) => {
    const { name, apply } = request.query;
    if (typeof name !== 'string' || name.length > 300 || !Buffer.isBuffer(request.body))
      throw new AppError('invalid', 'send the file as the body and its name in the query');
    const member = memberOf(response);
    const say = ({ code, values }: Reason) => i18n.t(member.language ?? 'en', `knowledge:import.${code}`, values);
    // Files have names; rows and entries of a table are counted.
    const call = (given: string) => {
      const [, kind, number = ''] = /^(row|entry) (\d+)$/.exec(given) ?? [];
      return kind ? say({ code: kind, values: { number } }) : given;
    };
    try {
      const files = await readUpload(name, request.body, shopLanguage);
      const report = await importArticles(db, files, {
        languages: i18n.languages,
        dryRun: apply !== 'yes',
        author: member.id,
        shopLanguage,
      });
      response.json({
        ...report,
        refused: report.refused.map(({ name, reason }) => ({ name: call(name), reason: say(reason) })),
        notes: report.notes.map(({ name, note }) => ({ name: call(name), note: say(note) })),
        changes: report.changes.slice(0, maxChanges),
      });
    } catch (error) {
      // A database that is away is no fault of the file.
      if (reasonOf(error).code === 'unreadable') throw error;
      response.json({
        ...{ created: [], updated: [], unchanged: [], notes: [], changes: [] },
        refused: [{ name, reason: say(reasonOf(error)) }],
      });
    }
  });

  router.get('/-/export', write, async (request, response) => {
    const format = exportFormats.find((known) => known === request.query.format);
    if (!format) throw new AppError('invalid', `the formats are ${exportFormats.join(', ')}`);
    const { type, bytes } = packArticles(await exportArticles(db), format);
    response
      .setHeader('Content-Type', type)
      .setHeader('Content-Disposition', `attachment; filename="articles.${endings[format]}"`)
      .end(bytes);
  });

  return router;
}

export type TransferParts = {
  db: Kysely<CoreTables>;
  staff: Staff;
  i18n: I18n;
  shopLanguage: string;
  uploadMb: number;
};

// A thousand texts side by side nobody reads.
const maxChanges = 200;
const endings: Record<ExportFormat, string> = {
  markdown: 'zip',
  csv: 'csv',
  json: 'json',
  html: 'html.zip',
  docx: 'docx.zip',
};
