import { anonymous } from '@tikitu/kit/auth/viewer'
import { createLog } from '@tikitu/kit/base/log'
import { errors } from 'undici'
import { expect, test } from 'vitest'
import type { GatewayContext } from '../request/context.ts'
import type { RawResponse } from './read-response.ts'
import { withResilience } from './resilience.ts'

const context: GatewayContext = { viewer: anonymous, requestId: 'req_1', address: '', forwarded: {} }
const response: RawResponse = { status: 200, type: 'application/json', text: '{"data":{}}' }
const query = '{"query":"{a}"}'
const mutation = '{"query":"mutation{a}"}'

/** A subgraph whose first request fails with this error. */
function failingOnce(error: Error) {
  let sent = 0
  const log = createLog('gateway', 'silent')
  const send = withResilience(
    async () => {
      sent++
      if (sent === 1) throw error
      return response
    },
    { name: 'user', retries: true, breakMs: 1_000, log },
  )
  return { send, sent: () => sent }
}

test.each([
  ['was not opened in time', new errors.ConnectTimeoutError()],
  ['was closed under the request', new errors.SocketError('other side closed')],
  ['was reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ['was refused', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
])('a query whose connection %s is retried once; a mutation is not', async (_name, error) => {
  const outage = failingOnce(error)
  expect(await outage.send(query, context)).toBe(response)
  expect(outage.sent()).toBe(2)
  const change = failingOnce(error)
  await expect(change.send(mutation, context)).rejects.toBe(error)
  expect(change.sent()).toBe(1)
})

test.each([
  ['took too long', Object.assign(new Error('no answer within 5000 ms'), { name: 'TimeoutError' })],
  ['got a response that is too long', new errors.ResponseExceededMaxSizeError()],
  ['got a response that is not HTTP', new errors.HTTPParserError('Expected HTTP/')],
])('a query that %s is not retried', async (_name, error) => {
  const { send, sent } = failingOnce(error)
  await expect(send(query, context)).rejects.toBe(error)
  expect(sent()).toBe(1)
})
