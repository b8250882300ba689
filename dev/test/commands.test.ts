import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findFreePorts } from '../src/stack/ports.ts'
import { root } from '../src/stack/repository.ts'
import { gateway, subgraphs } from '../src/stack/services.ts'

/** Runs a script, and returns its status and output. */
function run(
  script: string,
  args: string[] = [],
  { env = {}, cwd = root }: { env?: Record<string, string>; cwd?: string } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    encoding: 'utf8',
  })
  return { status, text: stdout + stderr }
}

test('npm run demo without a stack fails with one sentence', async () => {
  const [port] = await findFreePorts(1)
  expect(run('dev/src/demo/main.ts', [], { env: { AUTH_ROUTE_SERVICE_PORT: String(port) } })).toEqual({
    status: 1,
    text: 'Tikitu is not running. Start it with npm start in another terminal and wait for the banner.\n',
  })
})

test.each([[[]], [['--name', 'marvelous']], [['--name', 'Two Words']]])(
  'npm run db:generate refuses a migration without a descriptive name: %j',
  (args) => {
    const { status, text } = run('dev/src/commands/db-generate.ts', args, { cwd: join(root, 'subgraphs/user') })
    expect({ status, text }).toEqual({
      status: 1,
      text: 'Describe the change in two words or more: npm run db:generate -w subgraphs/user -- --name what_changed\n',
    })
  },
)

test('npm run logs shows its usage', () => {
  expect(run('dev/src/logs/main.ts', ['--level', 'loud']).text).toContain('There is no level loud.\nnpm run logs ')
  expect(run('dev/src/logs/main.ts', ['nobody']).text).toContain('There is no log of nobody.')
})

test('npm run new:subgraph without a valid name writes nothing and shows its usage', () => {
  expect(run('dev/src/new-subgraph/main.ts').text).toContain('npm run new:subgraph review')
  expect(run('dev/src/new-subgraph/main.ts', ['booking'])).toEqual({
    status: 1,
    text: 'The subgraph booking already exists.\n',
  })
})

test('every workspace has test and build scripts, and every service a dev script', () => {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(root, file), 'utf8')) as { scripts: Record<string, string> }
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] }
  const packages = globSync(
    workspaces.map((workspace) => `${workspace}/package.json`),
    { cwd: root },
  )
  expect(packages.length).toBeGreaterThan(10)
  expect(packages.filter((file) => !read(file).scripts.test || !read(file).scripts.build)).toEqual([])
  const alone = ['auth-route', ...subgraphs.map(({ name }) => name)].map((name) => `dev:${name}`)
  expect(alone.filter((name) => !read('package.json').scripts[name])).toEqual([])
  expect(read('package.json').scripts['dev:auth-route']).toContain(`--only=${gateway.name}`)
})
