import { execFile } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPackage } from '../build.ts'

const exec = promisify(execFile)
const client = fileURLToPath(new URL('..', import.meta.url))
const repository = join(client, '../..')
const folder = mkdtempSync(join(tmpdir(), 'tikitu-package-'))
/** An app, with nothing installed but the tarball. */
const app = join(folder, 'app')
const manifest = () => JSON.parse(readFileSync(join(app, 'node_modules/@tikitu/client/package.json'), 'utf8'))
let tarball: string

beforeAll(async () => {
  await buildPackage(join(folder, 'package'))
  await exec('npm', ['pack', './package'], { cwd: folder })
  const [name = ''] = globSync('*.tgz', { cwd: folder })
  tarball = join(folder, name)
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: app })
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('depends on nothing, and installs nothing', () => {
  expect(globSync('*/*', { cwd: join(app, 'node_modules') })).toEqual(['@tikitu/client'])
  expect(manifest()).not.toHaveProperty('dependencies')
  expect(manifest()).not.toHaveProperty('private')
})

test('ships what exports reach, the schema and the operations, and no sources or tests', () => {
  const files = globSync('**/*', { cwd: join(app, 'node_modules/@tikitu/client') })
  expect(files).toEqual(
    expect.arrayContaining(['api.graphql', 'layout.schema.json', 'persisted-documents.json', 'LICENSE', 'README.md']),
  )
  expect(files.filter((file) => /test|generated\/(gql|index)\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
  const operations = JSON.parse(readFileSync(join(app, 'node_modules/@tikitu/client/persisted-documents.json'), 'utf8'))
  expect(Object.keys(operations).length).toBeGreaterThan(100)
  expect(files).toContain('persisted-documents.graph.json')
})

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true })
  expect(messages).toEqual([])
})

test('its types are right in CommonJS and ES modules, for old resolvers and new', async () => {
  const script = join(client, 'test/list-type-problems.ts')
  const { stdout } = await exec(process.execPath, [script, tarball], { cwd: client })
  expect(JSON.parse(stdout)).toEqual([])
}, 60_000)

test('`npm pack` beside the sources makes no package, and says how one is made', async () => {
  const failure = await exec('npm', ['pack', '--dry-run'], { cwd: client }).catch((error: { stderr: string }) => error)
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run build -w packages/client') })
})

test('is loaded by `require` and `import`', async () => {
  const names = Object.keys(manifest().exports).filter((name) => !/\.(json|graphql)$/.test(name))
  const specifiers = names.map((name) => `@tikitu/client${name.slice(1)}`)
  const required = `console.log(JSON.stringify(${JSON.stringify(specifiers)}.map((name) => Object.keys(require(name)).sort())))`
  const imported = `Promise.all(${JSON.stringify(specifiers)}.map(async (name) => Object.keys(await import(name)).filter((name) => name !== 'default' && name !== 'module.exports').sort())).then((all) => console.log(JSON.stringify(all)))`
  const [cjs, esm] = await Promise.all(
    [['commonjs', required] as const, ['module', imported] as const].map(async ([type, script]) => {
      const { stdout } = await exec(process.execPath, [`--input-type=${type}`, '--eval', script], { cwd: app })
      return JSON.parse(stdout) as string[][]
    }),
  )
  expect(cjs).toEqual(esm)
  expect(cjs?.flat()).toEqual(
    expect.arrayContaining(['createClient', 'createSession', 'HoldSeatsDocument', 'formatMoney']),
  )
})

/** What an app bundles for these lines, without the WebSocket transport: that is loaded when it is used. */
async function bundledBytes(contents: string): Promise<{ bytes: number; zipped: number; text: string }> {
  const stdin = { contents, resolveDir: app }
  const common = { bundle: true, minify: true, write: false, format: 'esm', splitting: true, outdir: 'out' } as const
  const { outputFiles } = await build({ ...common, stdin })
  const loaded = outputFiles.filter(({ path }) => !path.includes('websocket-'))
  const text = loaded.map((file) => file.text).join('')
  return { bytes: text.length, zipped: gzipSync(text).length, text }
}

test('an app bundles what it uses', async () => {
  const whole = await bundledBytes("import { createClient } from '@tikitu/client'; console.log(createClient)")
  expect(whole.bytes).toBeLessThan(11_000)
  expect(whole.zipped).toBeLessThan(5_000)
  const error = await bundledBytes("import { TikituError } from '@tikitu/client'; console.log(TikituError)")
  expect(error.bytes).toBeLessThan(1_000)
  const one = await bundledBytes("import { MeDocument } from '@tikitu/client/operations'; console.log(MeDocument)")
  expect(one.text).toContain('query Me')
  expect(one.text).not.toContain('mutation')
  expect(one.bytes).toBeLessThan(2_500)
  const money = await bundledBytes("import { formatMoney } from '@tikitu/client/money'; console.log(formatMoney)")
  expect(money.bytes).toBeLessThan(1_500)
})

const readme = readFileSync(join(client, 'README.md'), 'utf8')
const shows = 'query NextShows($first: Int!) { events(first: $first) { edges { node { id title } } } }'
const uses = (generated: string) => `
import { createClient } from '@tikitu/client'
import { NextShowsDocument } from './${generated}/graphql'
const { events } = await createClient({ url: '/graphql' }).run(NextShowsDocument, { first: 3 })
export const titles: string[] | undefined = events?.edges.map(({ node }) => node.title)
// @ts-expect-error The variables are those of the operation.
void createClient({ url: '/graphql' }).run(NextShowsDocument, { first: 'three' })
`

/** What the README's examples take as given. */
const given = `
declare const url: string
declare const performanceId: string
declare const seats: { seatNumber: number; tierId: string }[]
declare const tikitu: import('@tikitu/client').TikituClient
declare const session: import('@tikitu/client/session').SessionKeeper
declare function showMessage(text: string): void
declare function showTaken(numbers: number[]): void
declare function startCountdown(to: string): void
declare function showAccount(userId: string | null): void
declare function paint(map: import('@tikitu/client/seat-map').Seat[], free: Set<number>): void
`

test('the README’s examples compile; its codegen.ts makes operations of an app’s own, as documents and as text', async () => {
  const [, config = ''] = /```ts codegen\.ts\n([\s\S]*?)```/.exec(readme) ?? []
  const asText = "'src/text/': { preset: 'client', config: { documentMode: 'string', enumsAsTypes: true, scalars } },"
  mkdirSync(join(app, 'src'))
  writeFileSync(join(app, 'src/shows.graphql'), shows)
  writeFileSync(join(app, 'src/documents.ts'), uses('graphql'))
  writeFileSync(join(app, 'src/texts.ts'), uses('text'))
  writeFileSync(join(app, 'src/given.d.ts'), given)
  for (const [index, [, example]] of [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].entries())
    writeFileSync(join(app, `src/example-${index}.ts`), `${example}\nexport {}\n`)
  for (const name of ['graphql', 'rxjs', '@apollo', '@graphql-codegen', '@graphql-typed-document-node'])
    symlinkSync(join(repository, 'node_modules', name), join(app, 'node_modules', name))
  const codegen = join(repository, 'node_modules/@graphql-codegen/cli/esm/bin.js')
  writeFileSync(join(app, 'codegen.ts'), config.replace('generates: {', `generates: { ${asText}`))
  await exec(process.execPath, [codegen, '--config', 'codegen.ts', '--silent'], { cwd: app })
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    types: [],
    lib: ['es2022', 'dom'],
  }
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const checked = await exec(process.execPath, [tsc, '-p', app]).catch((error: { stdout: string }) => error)
  expect(checked.stdout).toBe('')
  expect(readFileSync(join(app, 'src/graphql/graphql.ts'), 'utf8')).toContain('"kind":"Document"')
}, 120_000)
