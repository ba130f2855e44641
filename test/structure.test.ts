import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { settings } from '../core/config.ts';

const root = resolve(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file && existsSync(join(root, file)));
const code = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const imports = new Map(code.map((file) => [file, importsOf(file)]));

describe('the map', () => {
  test('imports go downwards only, types included', () => {
    const wrong = code.flatMap((file) =>
      localImports(file)
        .filter((to) => !mayImport(file, to))
        .map((to) => `${file} imports ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  test('no file imports itself through others', () => {
    expect(cycles()).toEqual([]);
  });

  test('each vendor is imported where it belongs', () => {
    const wrong = code
      .filter((file) => !/^(test|scripts)\//.test(file))
      .flatMap((file) =>
        (imports.get(file) ?? [])
          .filter((to) => !to.startsWith('.') && !to.startsWith('node:'))
          .map((to) => packageOf(to))
          .filter((name) => !(fence[name] ?? []).some((place) => place.test(file)))
          .map((name) => `${file} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test('what is loaded only where it is configured is imported dynamically', () => {
    const optional = ['@langchain/core', '@langchain/openai', 'openai', '@pinecone-database/pinecone'];
    // A class of a vendor can only be extended by a module that is itself loaded so.
    const lazy = ['knowledge/index/pineconeStore.ts', 'knowledge/index/pinecone.ts'];
    expect(
      code.filter(
        (file) =>
          !lazy.includes(file) && !file.startsWith('test/') && staticImports(file).some((to) => lazy.includes(to)),
      ),
    ).toEqual([]);
    const fixed = code
      .filter((file) => !/^(test|scripts)\//.test(file) && !lazy.includes(file))
      .filter((file) =>
        parseSync(file, read(file)).module.staticImports.some(
          (entry) =>
            optional.includes(packageOf(entry.moduleRequest.value)) && !entry.entries.every((item) => item.isType),
        ),
      );
    expect(fixed).toEqual([]);
  });

  test('the environment is read in core/config.ts only', () => {
    const readers = code.filter(
      (file) => !/^(test|scripts)\//.test(file) && file !== 'core/config.ts' && /process\.env\b/.test(read(file)),
    );
    expect(readers).toEqual([]);
  });
});

describe('the files', () => {
  const measured = code.filter((file) => !/(^|\/)(test|examples|locales|data|demo)\//.test(file));
  const lines = measured.map((file) => read(file).split('\n').length - 1).sort((a, b) => a - b);

  test('none is longer than 300 lines, half at most 120', () => {
    expect(measured.filter((file) => read(file).split('\n').length - 1 > 300)).toEqual([]);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(120);
  });

  test('there are no barrels and no drawers for everything', () => {
    expect(code.filter((file) => /(^|\/)(index|utils|helpers|misc|common)\.tsx?$/.test(file))).toEqual([]);
  });

  test('every function and type that crosses a folder says what it is', () => {
    const crossing = new Set<string>();
    for (const file of code) {
      if (/^(test|scripts)\//.test(file)) continue;
      for (const [to, names] of namedImports(file))
        if (folderOf(to) !== folderOf(file)) for (const name of names) crossing.add(`${to}#${name}`);
    }
    const silent = [...crossing].filter((entry) => {
      const [file = '', name = ''] = entry.split('#');
      return files.includes(file) && !documented(file, name);
    });
    expect(silent.sort()).toEqual([]);
  });
});

describe('what stands beside the code', () => {
  test('every locale of a folder has the same keys and the same values to fill in', () => {
    const folders = new Set(
      files.filter((file) => /(^|\/)locales\/[a-z-]+\.json$/i.test(file)).map((file) => dirname(file)),
    );
    expect(folders.size).toBeGreaterThan(0);
    const problems: string[] = [];
    for (const folder of folders) {
      const own = files.filter((file) => dirname(file) === folder);
      const reference = flatten(JSON.parse(read(join(folder, 'en.json'))));
      for (const language of languages)
        if (!own.includes(`${folder}/${language}.json`)) problems.push(`${folder} has no ${language}.json`);
      for (const file of own) {
        const keys = flatten(JSON.parse(read(file)));
        for (const [key, text] of reference) {
          const theirs = keys.get(key);
          if (theirs === undefined) problems.push(`${file} lacks ${key}`);
          else if (placeholders(theirs) !== placeholders(text)) problems.push(`${file} fills ${key} differently`);
        }
        for (const key of keys.keys())
          if (!reference.has(key)) problems.push(`${file} has ${key}, which English does not`);
      }
    }
    expect(problems).toEqual([]);
  });

  test('the lockfile names no address', () => {
    expect(read('package-lock.json').match(/"resolved"|https?:\/\/[a-z.]*regist/g)).toBeNull();
  });

  test('package.json pins exact versions', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(manifest[kind] ?? {}),
    );
    expect(versions.filter(([, version]) => !/^(npm:[@a-z/0-9.-]+@)?\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual([]);
  });

  test('.env.example lists the settings of core/config.ts, with their defaults', () => {
    const listed = new Map(
      [...read('.env.example').matchAll(/^#?\s?([A-Z][A-Z_0-9]+)=(.*)$/gm)].map((match) => [
        match[1] ?? '',
        match[2] ?? '',
      ]),
    );
    expect([...listed.keys()].sort()).toEqual(Object.keys(settings).sort());
    for (const [name, schema] of Object.entries(settings)) {
      const standard = schema.safeParse(undefined);
      // A commented line shows an example, the others the default.
      if (read('.env.example').includes(`\n# ${name}=`)) continue;
      if (standard.success && standard.data !== undefined)
        expect(String(schema.parse(listed.get(name))), name).toBe(String(standard.data));
    }
  });

  test('README and the other pages name only files that exist', () => {
    const pages = files.filter((file) => /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(file));
    expect(pages.length).toBeGreaterThanOrEqual(3);
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page} links ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

// --- what the rules say

const languages = ['en', 'zh', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ru', 'ar', 'ja', 'ko'];

const fence: Record<string, RegExp[]> = {
  express: [
    /outes\.ts$/,
    /upload\.ts$/,
    /^core\/http\//,
    /^app\.ts$/,
    /^bot\/channels\//,
    /^core\/staff\//,
    /Pages?\.ts$/,
  ],
  helmet: [/^core\/http\//],
  'ipaddr.js': [/^core\/http\//],
  pg: [/^core\//],
  kysely: [/\.ts$/],
  'pg-boss': [/^core\/jobs\.ts$/],
  'better-auth': [/^core\/staff\//],
  'rate-limiter-flexible': [/^core\//, /^bot\/channels\//],
  'pg-copy-streams': [/^core\/database\//],
  sharp: [/^core\/attachments\//],
  'heic-decode': [/^core\/attachments\//],
  ws: [/^bot\/channels\/directline\//],
  botbuilder: [/^bot\/channels\/(botframework|directline)\//],
  'botframework-connector': [/^bot\/channels\/botframework\//],
  pino: [/^core\/log\.ts$/],
  zod: [/\.ts$/],
  yaml: [/^knowledge\//],
  fflate: [/^knowledge\//],
  yauzl: [/^knowledge\/zipFile\.ts$/],
  mammoth: [/^knowledge\/docxMarkdown\.ts$/],
  turndown: [/^knowledge\/htmlMarkdown\.ts$/],
  '@mixmark-io/domino': [/^knowledge\/htmlMarkdown\.ts$/],
  diff: [/^knowledge\/web\//],
  jose: [/^core\//, /^orders\/identity/, /^orders\/shopToken\.ts$/, /^bot\/channels\//],
  '@langchain/core': [/^core\/model\//, /^knowledge\/index\//],
  '@langchain/openai': [/^core\/model\//],
  openai: [/^core\/model\//],
  '@langchain/textsplitters': [/^knowledge\/ingest\//],
  '@pinecone-database/pinecone': [/^knowledge\/index\//],
  '@huggingface/transformers': [/^knowledge\/embedders\//],
  'libphonenumber-js': [/^bot\/understanding\/entities\//],
  i18next: [/^core\/i18n\.ts$/, /^core\/ui\//],
  'markdown-it': [/^core\/markdown\.ts$/],
  preact: [/^bot\/web\//],
  react: [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  'react-dom': [/^staff\.tsx$/, /^core\/ui\//],
  'react-router': [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  '@mantine/core': [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  '@mantine/hooks': [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  '@tanstack/react-query': [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  '@tabler/icons-react': [/^(core\/ui|handoff\/web|knowledge\/web|orders\/web)\//, /^staff\.tsx$/],
  vite: [/^vite\.config\.ts$/],
  vitest: [/^vitest\.config\.ts$/],
};

function mayImport(file: string, to: string): boolean {
  if (/^(test|scripts)\//.test(file) || /^(vite|vitest)\.config\.ts$/.test(file)) return true;
  const from = topOf(file);
  const target = topOf(to);
  if (isWeb(file)) {
    if (target === 'core') return to.startsWith('core/ui/') || typeOnly(file, to);
    return from === target && isWeb(to) ? true : typeOnly(file, to) || /\/locales\//.test(to);
  }
  if (isWeb(to)) return file === 'staff.tsx' || from === target || file === 'app.ts';
  if (file === 'main.ts') return true;
  if (file === 'app.ts') return target !== 'scripts' && to !== 'main.ts';
  if (file === 'staff.tsx') return isWeb(to) || typeOnly(file, to) || /\/locales\//.test(to);
  if (from === target) return true;
  if (target === 'core') return true;
  if (from === 'bot') return target === 'orders' || to.startsWith('knowledge/search') || to.startsWith('handoff/queue');
  return false;
}

function isWeb(file: string): boolean {
  return /^(bot|handoff|knowledge|orders)\/web\//.test(file) || /^core\/ui\//.test(file);
}

// --- reading the code

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function topOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : file;
}

function folderOf(file: string): string {
  return dirname(file);
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

function importsOf(file: string): string[] {
  const { module } = parseSync(file, read(file));
  const fixed = module.staticImports.map((entry) => entry.moduleRequest.value);
  const again = module.staticExports
    .flatMap((entry) => entry.entries.map((item) => item.moduleRequest?.value ?? ''))
    .filter(Boolean);
  const dynamic = module.dynamicImports
    .map((entry) => read(file).slice(entry.moduleRequest.start, entry.moduleRequest.end))
    .filter((text) => /^['"]/.test(text))
    .map((text) => text.slice(1, -1));
  return [...fixed, ...again, ...dynamic];
}

function localImports(file: string): string[] {
  return (imports.get(file) ?? [])
    .filter((to) => to.startsWith('.'))
    .map((to) => relative(root, resolve(root, dirname(file), to.replace(/\?.*$/, ''))));
}

function namedImports(file: string): [string, string[]][] {
  const { module } = parseSync(file, read(file));
  return module.staticImports
    .filter((entry) => entry.moduleRequest.value.startsWith('.'))
    .map((entry) => [
      relative(root, resolve(root, dirname(file), entry.moduleRequest.value)),
      entry.entries.map((item) => item.importName.name ?? 'default').filter((name) => name !== 'default'),
    ]);
}

// What a file loads at once, types aside.
function staticImports(file: string): string[] {
  return parseSync(file, read(file))
    .module.staticImports.filter((entry) => !entry.entries.every((item) => item.isType))
    .map((entry) => entry.moduleRequest.value)
    .filter((to) => to.startsWith('.'))
    .map((to) => relative(root, resolve(root, dirname(file), to)));
}

function typeOnly(file: string, to: string): boolean {
  const { module } = parseSync(file, read(file));
  const entries = module.staticImports
    .filter((entry) => relative(root, resolve(root, dirname(file), entry.moduleRequest.value)) === to)
    .flatMap((entry) => entry.entries);
  return entries.length > 0 && entries.every((entry) => entry.isType);
}

function documented(file: string, name: string): boolean {
  const text = read(file);
  const declared = new RegExp(
    `^export (?:default )?(?:async )?(?:function\\*?|const|type|class|let) ${name}\\b`,
    'm',
  ).exec(text);
  if (!declared) return true;
  return /\*\/\s*$/.test(text.slice(0, declared.index));
}

function cycles(): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const to of localImports(file)) if (imports.has(to)) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of code) visit(file, []);
  return found;
}

function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[pluralless(path), value]]);
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...flatten(item, path ? `${path}.${key}` : key)]));
}

// Languages have different plural forms: they count as one key.
function pluralless(key: string): string {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*-?\s*([\w.]+)/g)].map((match) => match[1] ?? ''))]
    .filter((name) => name !== 'count')
    .sort()
    .join(',');
}

// A parser that finds nothing would let everything pass.
test('the import reader sees what this file imports', () => {
  expect(importsOf('test/structure.test.ts')).toContain('../core/config.ts');
  expect(readdirSync(root)).toContain('package.json');
});
