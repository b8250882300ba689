import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Format, type Plugin } from 'esbuild'

/** The sources: what this folder's package.json says of them. */
interface SourcePackage {
  version: string
  exports: Record<string, string>
  dependencies: Record<string, string>
}

const here = fileURLToPath(new URL('.', import.meta.url))
const at = (path: string): string => join(here, path)

/** Tests do not ship, nor what the code generator writes beside the operations: no export reaches it. */
const shipped = globSync('src/**/*.ts', { cwd: here, exclude: ['**/*.test.ts', '**/generated/{gql,index}.ts'] })

/** The graph as clients see it, and the format of `Layout.document`. */
const schemaFiles = ['api.graphql', 'layout.schema.json']

/** The operations by hash, and which graph they are for. */
const operationFiles = ['persisted-documents.json', 'persisted-documents.graph.json']

/**
 * Makes the package that is published, in `folder`. CommonJS lies at its root, as resolvers that read no `exports` look there
 * (Metro before 0.79, TypeScript's `node10`); ES modules lie in `esm`. What it depends on is part of it.
 */
export async function buildPackage(folder: string): Promise<void> {
  if (!existsSync(at('src/generated/graphql.ts')))
    throw new Error('The operations are not generated yet: run `npm run codegen` in the root of the repository first.')
  rmSync(folder, { recursive: true, force: true })
  await Promise.all([transpile('cjs', folder), transpile('esm', join(folder, 'esm'))])
  declare(folder)
  const source = JSON.parse(readFileSync(at('package.json'), 'utf8')) as SourcePackage
  writeJson(join(folder, 'package.json'), publishedPackage(source))
  writeJson(join(folder, 'esm/package.json'), { type: 'module', sideEffects: false })
  writeFileSync(join(folder, 'LICENSES-OF-DEPENDENCIES.md'), licensesOf(Object.keys(source.dependencies)))
  copyFileSync(at('../../LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(at('README.md'), join(folder, 'README.md'))
  for (const file of schemaFiles) copyFileSync(at(`../../schema/${file}`), join(folder, file))
  for (const file of operationFiles) copyFileSync(at(`src/generated/${file}`), join(folder, file))
}

/** Each file becomes a file, with the libraries that only it uses inside. */
async function transpile(format: Format, outdir: string): Promise<void> {
  await build({
    absWorkingDir: here,
    entryPoints: shipped,
    outbase: 'src',
    outdir,
    format,
    bundle: true,
    platform: 'neutral',
    target: 'es2020',
    // In CommonJS an import() becomes a require: old resolvers know nothing else.
    supported: { 'dynamic-import': format === 'esm' },
    mainFields: ['module', 'main'],
    plugins: [ownFilesStayApart, operationsArePure],
    logLevel: 'warning',
  })
}

const ownFilesStayApart: Plugin = {
  name: 'own files stay apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\./ }, ({ path, importer }) =>
      importer.startsWith(at('src/')) ? { path: path.replace(/\.ts$/, '.js'), external: true } : undefined,
    )
  },
}

/** To make a document has no effect: bundlers leave out those that an app does not use. */
const operationsArePure: Plugin = {
  name: 'operations are pure',
  setup: ({ onLoad }) => {
    onLoad({ filter: /generated[\\/]graphql\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replaceAll('= new Typed', '= /*#__PURE__*/ new Typed')
      return { contents, loader: 'ts' }
    })
  },
}

/** Both forms have the same types. */
function declare(folder: string): void {
  const esm = join(folder, 'esm')
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json'), '--outDir', esm], { stdio: 'inherit' })
  for (const file of globSync('**/*.d.ts', { cwd: esm })) {
    const text = withOwnDecoration(readFileSync(join(esm, file), 'utf8').replace(/(from '\..*)\.ts'/g, "$1.js'"))
    for (const form of [esm, folder]) writeFileSync(join(form, file), text)
  }
}

/** The one type that generated code imports is written out, so that nothing has to be installed for it. */
function withOwnDecoration(text: string): string {
  const written = text.replace(
    "import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';",
    'interface DocumentTypeDecoration<TResult, TVariables> { __apiType?: (variables: TVariables) => TResult }',
  )
  if (/from ['"][^.]/.test(written))
    throw new Error('The generated types import a package: see generated/graphql.d.ts.')
  return written
}

function publishedPackage(source: SourcePackage): object {
  const {
    scripts: _scripts,
    dependencies: _bundled,
    devDependencies: _tools,
    private: _kept,
    ...rest
  } = source as SourcePackage & Record<string, unknown>
  const entries = Object.entries(source.exports).map(([name, file]) => [name, entryOf(file)])
  return {
    ...rest,
    type: 'commonjs',
    main: './index.js',
    module: './esm/index.js',
    types: './index.d.ts',
    exports: {
      ...Object.fromEntries(entries),
      ...Object.fromEntries([...schemaFiles, ...operationFiles].map((file) => [`./${file}`, `./${file}`])),
      './package.json': './package.json',
    },
    files: ['**/*.js', '**/*.d.ts', 'esm/package.json', ...schemaFiles, ...operationFiles, '*.md'],
  }
}

function entryOf(file: string): object {
  const name = file.replace('./src/', '').replace(/\.ts$/, '')
  const form = (path: string): object => ({ types: `${path}.d.ts`, default: `${path}.js` })
  return { import: form(`./esm/${name}`), require: form(`./${name}`) }
}

function licensesOf(names: readonly string[]): string {
  const texts = names.map((name) => {
    const [file] = globSync(`node_modules/${name}/LICENSE*`, { cwd: at('../..') })
    if (!file) throw new Error(`${name} has no licence to ship.`)
    return `## ${name}\n\n${readFileSync(at(`../../${file}`), 'utf8').trim()}\n`
  })
  return ['# Libraries that are part of this package\n', ...texts].join('\n')
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** These are the sources: packed as they are, they would be a package without its operations. */
function refuseToPack(): void {
  console.error(
    'This folder has the sources, not the package. Run `npm run build -w packages/client` in the root, then `npm pack ./packages/client/dist`.',
  )
  process.exitCode = 1
}

if (import.meta.main) {
  const [argument] = process.argv.slice(2)
  const folder = resolve(argument ?? at('dist'))
  if (argument === '--refuse') refuseToPack()
  else await buildPackage(folder).then(() => console.log(`The package is in ${folder}.`))
}
