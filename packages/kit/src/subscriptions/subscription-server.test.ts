import { expect, test } from 'vitest'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { buildSchema } from '../graphql/schema.ts'
import { testUser } from '../testing/graphql/context.ts'
import {
  count,
  counted,
  counter,
  eventsOf,
  field,
  open,
  readAll,
  resolvers,
  sdl,
  shop,
  showing,
  useShop,
} from '../testing/graphql/counter-shop.ts'

useShop()

test('streams the state at once and after each change, in the form of graphql-sse', async () => {
  const response = await open(counted)
  expect(response.statusCode).toBe(200)
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const events = eventsOf(response)
  const { value } = counter
  expect(await events.next()).toEqual(showing(value))
  count()
  expect(await events.next()).toEqual(showing(value + 1))
})

test('writes what the protocol says, to the letter, and completes when the source ends', async () => {
  counter.mode = 'over'
  const text = await readAll(await open(counted))
  expect(text).toBe(`event: next\ndata: {"data":{"counted":{"value":${counter.value}}}}\n\nevent: complete\ndata: \n\n`)
})

test('refuses what is wrong before there is a stream, as other requests are refused', async () => {
  const refusalOf = async (body: object) => {
    const response = await open(body)
    const { errors } = JSON.parse(await readAll(response)) as { errors: { extensions: { code: string } }[] }
    expect(response.headers['content-type']).toContain('application/json')
    return `${response.statusCode} ${errors[0]?.extensions.code}`
  }
  expect(await refusalOf({ query: 'subscription {' })).toBe('400 GRAPHQL_PARSE_FAILED')
  expect(await refusalOf({ query: 'subscription { nothing }' })).toBe('400 GRAPHQL_VALIDATION_FAILED')
  const query = 'subscription ($step: Int!) { counted(step: $step) { value } }'
  expect(await refusalOf({ query, variables: { step: 'many' } })).toBe('400 BAD_USER_INPUT')
  expect(await refusalOf({ query })).toBe('400 BAD_USER_INPUT')
  expect(await refusalOf({ query: 'subscription { counted(name: "a\\u0000") { value } }' })).toBe('400 BAD_USER_INPUT')
  const conditional = 'subscription ($is: Boolean!) { counted @include(if: $is) { value } }'
  expect(await refusalOf({ query: conditional, variables: { is: true } })).toBe('400 GRAPHQL_VALIDATION_FAILED')
  expect(await refusalOf({ query: '{ open }' })).toBe('400 OPERATION_RESOLUTION_FAILURE')
  expect(await refusalOf({ ...counted, operationName: 'Other' })).toBe('400 OPERATION_RESOLUTION_FAILURE')
  expect(await refusalOf({ query: 5 })).toBe('400 BAD_REQUEST')
  expect(await refusalOf({ query: 'subscription { mine { value } }' })).toBe('200 UNAUTHENTICATED')
  expect(await refusalOf({ query: 'subscription { counted(step: 0) { value } }' })).toBe('200 NOT_FOUND')
})

test('answers 401 to whoever is not the gateway', async () => {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const response = await fetch(shop.url, { method: 'POST', headers, body: JSON.stringify(counted) })
  expect(response.status).toBe(401)
})

test('runs each event as the caller, in a context of its own, and guards fields in it', async () => {
  const query = 'subscription { counted { secret } }'
  const asked = async (viewer: Viewer) => {
    const response = await open({ query }, { viewer })
    return (await eventsOf(response).next()).value
  }
  expect(await asked(anonymous)).toMatchObject({
    data: { counted: { secret: null } },
    errors: [{ path: ['counted', 'secret'], extensions: { code: 'UNAUTHENTICATED' } }],
  })
  expect(await asked(testUser())).toEqual({ data: { counted: { secret: 'for members' } } })
})

test('runs each event in a context of its own', async () => {
  const events = eventsOf(await open(counted))
  await events.next()
  const before = counter.ctxs
  for (let i = 0; i < 3; i++) {
    count()
    await events.next()
  }
  expect(counter.ctxs - before).toBe(3)
})

test('ends with the refusal when the caller may not see it any more', async () => {
  const events = eventsOf(await open(counted))
  await events.next()
  counter.mode = 'withdrawn'
  count()
  expect((await events.next()).value).toMatchObject({
    data: { counted: null },
    errors: [{ path: ['counted'], extensions: { code: 'NOT_FOUND', id: '1' } }],
  })
  expect((await events.next()).value).toBe('complete')
  expect((await events.next()).done).toBe(true)
})

test('says nothing of what went wrong inside but an id for the log', async () => {
  counter.mode = 'broken'
  const text = await readAll(await open(counted))
  expect(text).toMatch(/"code":"INTERNAL_SERVER_ERROR","errorId":"err_/)
  expect(text).not.toContain('secret')
  expect(text).toMatch(/event: complete\ndata: \n\n$/)
})

test('does not start when a subscription could not be null, or has no source', () => {
  const stubborn = sdl.replace('mine: Count @', 'mine: Count! @')
  expect(() => buildSchema(stubborn, resolvers)).toThrow(/Subscription.mine must be nullable/)
  const silent = sdl.replace('mine: Count @authenticated', 'mine: Count')
  expect(() => buildSchema(silent, resolvers)).toThrow(/Subscription.mine needs an access directive/)
  expect(() => buildSchema(sdl, { Query: resolvers.Query, Subscription: { counted: field } })).toThrow(
    /Subscription.mine needs a resolver with `subscribe`/,
  )
})
