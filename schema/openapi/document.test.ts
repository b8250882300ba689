import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { beforeAll, expect, test } from 'vitest'
import { restEndpoints } from '../rest/endpoints.ts'

const text = readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
const document = JSON.parse(text) as any

let problems: Awaited<ReturnType<typeof lintFromString>>

beforeAll(async () => {
  const config = await createConfig({ extends: ['recommended'] })
  problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config })
})

test('the document passes the recommended rules of Redocly without errors', () => {
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  // Files have no 2xx: they answer 303.
  const others = problems.filter(({ ruleId }) => ruleId !== 'operation-2xx-response')
  expect(others.map(({ ruleId }) => ruleId)).toEqual(['operation-4xx-response'])
})

test('the document has every endpoint of the table, and health', () => {
  const listed = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const health = ['GET /api/health', 'GET /api/v1/{service}/health']
  const expected = restEndpoints.map(({ method, path }) => `${method} /api/v1${path}`)
  expect(listed.toSorted()).toEqual([...expected, ...health].toSorted())
})

test('an endpoint says who may call it, what it takes and what it refuses', () => {
  const hold = document.paths['/api/v1/booking/performances/{performanceId}/holds'].post
  expect(hold.security).toBeUndefined()
  expect(document.paths['/api/v1/booking/events'].get.security).toEqual([])
  expect(hold.parameters.map(({ name }: { name: string }) => name)).toEqual(['performanceId', 'Idempotency-Key'])
  const { schema } = hold.requestBody.content['application/json']
  expect(schema).toMatchObject({ required: ['seats'], properties: { seats: { maxItems: 100 } } })
  expect(Object.keys(hold.responses)).toEqual(['201', '400', '401', '404', '409', '422', '429', '503'])
  expect(hold.responses['409'].description).toContain('SEATS_TAKEN')
})

test('a list is a page, an object of the query is given by its fields, and a deletion has no body', () => {
  const transactions = document.paths['/api/v1/payment/transactions'].get
  const { schema } = transactions.responses['200'].content['application/json']
  expect(schema.required).toEqual(['items', 'nextCursor'])
  const [span] = transactions.parameters.filter(({ name }: { name: string }) => name === 'occurredAt')
  expect(span).toMatchObject({ style: 'deepObject', schema: { $ref: '#/components/schemas/DateTimeRange' } })
  const removed = document.paths['/api/v1/notification/devices/{deviceId}'].delete
  expect(removed.responses['204'].content).toBeUndefined()
})
