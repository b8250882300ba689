import { randomBytes } from 'node:crypto'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { createLog } from '@tikitu/kit/base/log'
import { expect, onTestFinished, test } from 'vitest'
import { readGatewayEnv } from '../src/env.ts'
import { readManifest } from '../src/operations/read-manifest.ts'
import { createGateway } from '../src/server.ts'
import { gatewayOptionsOf } from '../src/settings.ts'

test('every operation of the SDK is within the default limits, and planned before the gateway is ready', async () => {
  Object.assign(process.env, { AWS_COGNITO_USER_POOL_ID: 'local_pool', AWS_COGNITO_CLIENT_ID: 'web' })
  const options = gatewayOptionsOf(readGatewayEnv())
  const said: unknown[] = []
  const log = Object.assign(createLog('gateway', 'silent'), {
    info: (...line: unknown[]) => void said.push(line),
    warn: (...line: unknown[]) => void said.push(line),
  })
  const gateway = await createGateway({
    ...options,
    persisted: { ...options.persisted, mode: 'enforce' },
    accessOf: () => ({ url: null, keys: [{ id: 'test', secret: randomBytes(32) }] }),
    authenticate: async () => anonymous,
    rates: null,
    log,
  })
  onTestFinished(gateway.close)
  const { size } = readManifest(options.persisted.file ?? '') ?? new Map()
  expect(size).toBeGreaterThan(100)
  expect(said).toContainEqual([{ operations: size, failed: 0, ms: expect.any(Number) }, 'query plans are warm'])
})
