import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

// Builds the browser parts into dist: the loader (one classic script), the chat (modules), the staff app.
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const sources = hashOf([
  'bot/web',
  'core/ui',
  'handoff/web',
  'knowledge/web',
  'core/blocks.ts',
  'staff.tsx',
  'staff.html',
  'scripts/build.ts',
  'package-lock.json',
  'core/ui/locales',
  'handoff/locales',
  'knowledge/locales',
]);
const mark = join(dist, '.hash');
if (process.argv.includes('--if-stale') && existsSync(mark) && readFileSync(mark, 'utf8') === sources) process.exit(0);

process.stderr.write('Building the browser parts…\n');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const shared = { root, configFile: false as const, logLevel: 'warn' as const, publicDir: false as const };
await build({
  ...shared,
  define: { __BUILD__: JSON.stringify(sources.slice(0, 10)) },
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'bot/web/loader.ts', formats: ['iife'], name: 'anshinLoader', fileName: () => 'widget.js' },
  },
});
await build({
  ...shared,
  base: './',
  build: {
    outDir: join(dist, 'chat'),
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    rollupOptions: {
      input: 'bot/web/chat.tsx',
      preserveEntrySignatures: 'strict',
      output: { format: 'es', entryFileNames: 'chat.js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
if (existsSync(join(root, 'staff.html'))) {
  await build({
    ...shared,
    base: '/staff/',
    // Browsers that know light-dark() get it as written: lowered, it would not follow the switch of the app.
    build: {
      outDir: join(dist, 'staff'),
      emptyOutDir: false,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      chunkSizeWarningLimit: 2000,
      rollupOptions: {
        input: 'staff.html',
        onwarn: (warning, show) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || show(warning),
      },
    },
    html: { cspNonce: '__NONCE__' },
  });
  writeFileSync(join(dist, 'staff/index.html'), readFileSync(join(dist, 'staff/staff.html'), 'utf8'));
}
writeFileSync(mark, sources);

function hashOf(paths: string[]): string {
  const sum = createHash('sha256');
  for (const path of paths)
    for (const file of filesBelow(join(root, path))) sum.update(file.slice(root.length)).update(readFileSync(file));
  return sum.digest('hex');
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
