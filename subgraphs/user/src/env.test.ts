import { expect, onTestFinished, test, vi } from 'vitest'
import { readEnv } from './env.ts'

const complete = {
  USER_DATABASE_URL: 'postgres://127.0.0.1/user',
  USER_REQUEST_KEYS: `one:${Buffer.alloc(32, 1).toString('base64')}`,
  USER_SERVICE_KEY_FILE: 'user.json',
  AWS_REGION: 'eu-central-1',
  AWS_COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
}

test('signs people in with the first of the app clients whose tokens the gateway accepts', () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const [name, value] of Object.entries({ ...complete, AWS_COGNITO_CLIENT_ID: ' web , hosted' }))
    vi.stubEnv(name, value)
  expect(readEnv().own.AWS_COGNITO_CLIENT_ID).toBe('web')
})
