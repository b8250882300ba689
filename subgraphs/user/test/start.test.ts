import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import answers from './aws/answers.json' with { type: 'json' }
import { startScriptedCognito } from './aws/scripted-cognito.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('the process does not start on a pool that does not fit, and says what to change', async () => {
  const { options } = await startScriptedCognito(({ name }) => {
    if (name === 'DescribeUserPool')
      return { body: { UserPool: { ...answers.DescribeUserPool.UserPool, MfaConfiguration: 'ON' } } }
    if (name === 'DescribeUserPoolClient') return { body: answers.DescribeUserPoolClient }
    return { body: name === 'ListGroups' ? answers.ListGroupsLastPage : answers.ListUsersFederated }
  })
  const env = {
    PATH: process.env['PATH'],
    USER_DATABASE_URL: 'postgres://127.0.0.1:9/user',
    USER_REQUEST_KEYS: `one:${Buffer.alloc(32, 1).toString('base64')}`,
    USER_SERVICE_KEY_FILE: 'user.json',
    AWS_REGION: options.region,
    AWS_COGNITO_USER_POOL_ID: options.userPoolId,
    AWS_COGNITO_CLIENT_ID: options.clientId,
    AWS_COGNITO_ENDPOINT: options.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const service = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, [status]] = await Promise.all([text(service.stdout), once(service, 'exit')])
  expect(status).toBe(1)
  expect(out).toContain('user cannot start. The Cognito user pool does not fit')
  expect(out).toContain('multi-factor authentication is required')
  expect(out).toContain('set AWS_COGNITO_CLIENT_SECRET to it')
  expect(out).toContain('create admin')
})
