import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a person with a screen reader, a keyboard or weak sight would stumble over on this page. */
export async function axeProblems(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { impact: string; id: string; nodes: { target: unknown }[] }[];
  };
  return found.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map(
      (violation) =>
        `${name}: ${violation.id} at ${JSON.stringify(violation.nodes.slice(0, 3).map((node) => node.target))}`,
    );
}
