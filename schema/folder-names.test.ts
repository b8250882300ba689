import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'spä ce #%20 '))
const withoutModules = { recursive: true, filter: (path: string) => !path.includes('node_modules') }

for (const folder of ['schema', 'subgraphs', 'packages/kit/src', 'gateway/src']) {
  cpSync(join(root, folder), join(copy, folder), withoutModules)
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

afterAll(() => rmSync(copy, { recursive: true, force: true }))

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' })

test('the graph composes in a folder whose name has a space and an umlaut', () => {
  expect(run('schema/compose.ts', '--check')).toMatchObject({ status: 0, stderr: '' })
})

test('the gateway finds its graph there', () => {
  const script = `
    process.env.AWS_COGNITO_USER_POOL_ID = 'eu-west-1_Any'
    process.env.AWS_COGNITO_CLIENT_ID = 'any'
    const { readGatewayEnv } = await import('./gateway/src/env.ts')
    console.log(readGatewayEnv().GATEWAY_SUPERGRAPH_FILE)`
  const { stdout } = run('--input-type=module', '-e', script)
  expect(stdout.trim()).toBe(join(copy, 'schema', 'supergraph.graphql'))
})
