import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('says in one sentence that its key file is missing in production, and ends', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      BOOKING_DATABASE_URL: 'postgres://booking:x@127.0.0.1:1/booking',
      BOOKING_REQUEST_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
      BOOKING_FILE_KEYS: `k:${Buffer.alloc(32, 2).toString('base64')}`,
      PUBLIC_URL: 'https://api.example',
      BOOKING_SERVICE_KEY_FILE: '/nowhere/booking.json',
    },
  })
  expect(status).toBe(1)
  expect(stderr).toBe('')
  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '').msg).toBe(
    'booking cannot start. BOOKING_SERVICE_KEY_FILE: the key file /nowhere/booking.json of booking cannot be used: the file does not exist.',
  )
})
