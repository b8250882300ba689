import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const program = `
  import { readServiceEnv } from '${import.meta.resolve('./service-env.ts')}'
  const env = readServiceEnv('shop', { shop: 4009 }, {})
  console.log(env.service, env.port)
`
const complete = {
  SHOP_DATABASE_URL: 'postgres://127.0.0.1/shop',
  SHOP_REQUEST_KEYS: `one:${Buffer.alloc(32, 1).toString('base64')}`,
  SHOP_SERVICE_KEY_FILE: 'shop.json',
}

/** Reads the environment in a process of its own, which a mistake ends. */
function read(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...complete, ...env },
    encoding: 'utf8',
  })
  return { status, out: stdout + stderr }
}

test('a service reads what has its prefix, and defaults', () => {
  expect(read({})).toEqual({ status: 0, out: 'shop 4009\n' })
})

test('SERVICE_EXECUTOR, which was removed, keeps a service from starting', () => {
  const { status, out } = read({ SERVICE_EXECUTOR: 'compiled' })
  expect(status).toBe(1)
  expect(out).toContain('SERVICE_EXECUTOR: was removed')
  expect(read({ SERVICE_EXECUTOR: '' }).status).toBe(0)
})
