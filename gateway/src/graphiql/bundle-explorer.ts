import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const explorerDirectory = fileURLToPath(new URL('../../explorer/', import.meta.url))
const cacheDirectory = fileURLToPath(new URL('../../../node_modules/.cache/tikitu-explorer/', import.meta.url))
const resolve = createRequire(import.meta.url).resolve

/** Bundles GraphiQL and our sign-in from the npm packages, once for each version. Returns the folder of the files. */
export async function bundleExplorer(): Promise<string> {
  const directory = join(cacheDirectory, versionOf())
  if (existsSync(directory)) return directory
  const { build } = await import('esbuild')
  const draft = `${directory}.${process.pid}`
  const common = {
    absWorkingDir: explorerDirectory,
    bundle: true,
    minify: true,
    outdir: draft,
    legalComments: 'none',
    logLevel: 'silent',
  } as const
  await build({
    ...common,
    entryPoints: { explorer: join(explorerDirectory, 'explorer.js') },
    format: 'esm',
    target: 'es2022',
    loader: { '.ttf': 'file' },
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  await build({
    ...common,
    format: 'iife',
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
  })
  return publish(draft, directory)
}

/** Renames the folder into place, so that no partial bundle is served. If another process was first, its bundle is used. */
function publish(draft: string, directory: string): string {
  try {
    renameSync(draft, directory)
  } catch (error) {
    if (!existsSync(directory)) throw error
  }
  return directory
}

function versionOf(): string {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)))
  for (const file of readdirSync(explorerDirectory).sort()) hash.update(readFileSync(join(explorerDirectory, file)))
  for (const name of ['graphiql', '@graphiql/react', 'react']) hash.update(manifestOf(name))
  return hash.digest('hex').slice(0, 16)
}

function manifestOf(name: string): string {
  const main = resolve(name)
  const root = main.slice(0, main.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length)
  return readFileSync(join(root, 'package.json'), 'utf8')
}
