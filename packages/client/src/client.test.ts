import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse, print } from 'graphql'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { CancelTicketsDocument, SignOutEverywhereDocument } from './generated/graphql.ts'
import { createClient, type Operation, Refused, succeed, TikituError } from './index.ts'

/** A document as code generators write it when told to write text. */
function text<Result, Variables>(query: string, hash?: string): Operation<Result, Variables> {
  return Object.assign(new String(query), { __meta__: hash ? { hash } : undefined })
}

const me = text<{ me: { id: string } }, Record<string, never>>('query Me { me { id } }')
const hold = text<{ id: string }, { input: { n: number } }>('mutation Hold')

interface Answer {
  status?: number
  body: string
}

/** A graph that gives each request the next of these answers, and the last one from then on. */
async function graph(...answers: Answer[]) {
  const requests: { headers: IncomingMessage['headers']; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray()
    requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    response.writeHead(answer?.status ?? 200, { 'x-request-id': 'req_1' }).end(answer?.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }
}

test('sends the operation, its variables, the language and the token of the moment', async () => {
  const { url, requests } = await graph({ body: '{"data":{"id":"hld_1"}}' })
  let token = 'one'
  const client = createClient({ url, token: async () => token, language: 'id' })
  expect(await client.run(hold, { input: { n: 1 } })).toEqual({ id: 'hld_1' })
  token = 'two'
  await client.run(hold, { input: { n: 2 } })
  expect(requests.map((request) => request.headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
  expect(requests[0]).toMatchObject({
    headers: { 'accept-language': 'id' },
    body: { query: 'mutation Hold', variables: { input: { n: 1 } } },
  })
})

test('sends no authorization when nobody is signed in', async () => {
  const { url, requests } = await graph({ body: '{"data":{"me":null}}' })
  await createClient({ url, token: () => null }).run(me)
  expect(requests[0]?.headers.authorization).toBeUndefined()
})

test('throws the first code and the request id when anything failed, and `ask` gives both halves', async () => {
  const body = '{"data":{"me":null},"errors":[{"message":"Sign in first.","extensions":{"code":"UNAUTHENTICATED"}}]}'
  const { url } = await graph({ status: 401, body })
  const failure = await createClient({ url })
    .run(me)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(TikituError)
  expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, requestId: 'req_1', message: 'Sign in first.' })
  expect(await createClient({ url }).ask(me)).toMatchObject({
    data: { me: null },
    errors: [{ message: 'Sign in first.' }],
  })
})

test('sends the id in place of the text, when told to and there is one', async () => {
  const { url, requests } = await graph({ body: '{"data":{"me":null}}' })
  const client = createClient({ url, byId: true })
  await client.run(text('query Me { me { id } }', 'sha256:1a'))
  await client.run(me)
  expect(requests.map(({ body }) => body)).toEqual([{ documentId: 'sha256:1a' }, { query: 'query Me { me { id } }' }])
})

test('throws what it got when the answer is not GraphQL', async () => {
  const { url } = await graph({ status: 502, body: '<html>bad gateway</html>' })
  await expect(createClient({ url }).ask(me)).rejects.toMatchObject({
    name: 'TikituError',
    status: 502,
    code: 'INVALID_RESPONSE',
    requestId: 'req_1',
  })
})

test('sends the text of an operation, when not told to send ids', async () => {
  const { url, requests } = await graph({ body: '{"data":{"me":null}}' })
  await createClient({ url }).run(text('query Me { me { id } }', 'sha256:1a'))
  expect(requests[0]?.body).toEqual({ query: 'query Me { me { id } }' })
})

test.each([
  ['text', 'query Me { me { id } }'],
  ['a document that says its text', text('query Me { me { id } }')],
  ['a parsed document', parse('query Me { me { id } }')],
  ['a document without its source', JSON.parse(JSON.stringify(parse('query Me { me { id } }')))],
])('sends an operation that is %s', async (_name, operation) => {
  const { url, requests } = await graph({ body: '{"data":{"me":null}}' })
  for (let i = 0; i < 2; i++) await createClient({ url }).run(operation)
  for (const { body } of requests)
    expect(print(parse((body as { query: string }).query))).toBe(print(parse('query Me { me { id } }')))
})

const ended = { status: 401, body: '{"errors":[{"message":"Ended.","extensions":{"code":"UNAUTHENTICATED"}}]}' }

test('asks for a newer token when one is refused, and sends the request again, once', async () => {
  const { url, requests } = await graph(ended, { body: '{"data":{"id":"hld_1"}}' }, ended)
  const asked: (string | undefined)[] = []
  const token = (refused?: string) => {
    asked.push(refused)
    return `t${asked.length}`
  }
  const client = createClient({ url, token })
  expect(await client.run(hold, { input: { n: 1 } })).toEqual({ id: 'hld_1' })
  await expect(client.run(hold, { input: { n: 1 } })).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  expect(asked).toEqual([undefined, 't1', undefined, 't3'])
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(
    ['t1', 't2', 't3', 't4'].map((t) => `Bearer ${t}`),
  )
})

test('does not send again what was refused, when there is no newer token or there was none', async () => {
  const { url, requests } = await graph(ended)
  await expect(createClient({ url, token: () => 'same' }).run(me)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(createClient({ url, token: () => null }).run(me)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(requests).toHaveLength(2)
})

test('does not send again what was run: a part of the answer was refused', async () => {
  const { url, requests } = await graph({ ...ended, body: ended.body.replace('{', '{"data":{"me":null},') })
  let token = 0
  await createClient({ url, token: () => `t${++token}` }).ask(me)
  expect(requests).toHaveLength(1)
})

test('a graph that is not there is UNREACHABLE, with what fetch threw as its cause', async () => {
  const failure = createClient({ url: 'http://127.0.0.1:9/graphql' }).ask(me)
  await expect(failure).rejects.toBeInstanceOf(TikituError)
  await expect(failure).rejects.toMatchObject({ code: 'UNREACHABLE', status: 0, cause: expect.any(TypeError) })
})

test('an answer that breaks off is UNREACHABLE', async () => {
  const url = await silent((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data"')
    setTimeout(() => response.destroy(), 20)
  })
  await expect(createClient({ url }).ask(me)).rejects.toMatchObject({ name: 'TikituError', code: 'UNREACHABLE' })
})

test('a graph that says nothing is a TIMEOUT, after the time of the client or of the call', async () => {
  const url = await silent()
  const failed = { name: 'TikituError', code: 'TIMEOUT', status: 0 }
  await expect(createClient({ url, timeoutMs: 30 }).ask(me)).rejects.toMatchObject(failed)
  await expect(createClient({ url }).ask(me, {}, { timeoutMs: 30 })).rejects.toMatchObject(failed)
})

test.each([
  ['before it was sent', 0],
  ['while it waits', 50],
])('a call that its caller aborts %s rejects with the reason, as fetch does', async (_when, ms) => {
  const control = new AbortController()
  const reason = new Error('the page was left')
  if (ms === 0) control.abort(reason)
  else setTimeout(() => control.abort(reason), ms)
  const client = createClient({ url: await silent() })
  await expect(client.run(me, {}, { signal: control.signal })).rejects.toBe(reason)
})

test('an abort without a reason is an AbortError, also where signals keep none', async () => {
  const control = new AbortController()
  const client = createClient({ url: await silent() })
  const call = client.run(me, {}, { signal: control.signal })
  Object.defineProperty(control.signal, 'reason', { value: undefined })
  control.abort()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
})

test('variables that are no JSON are INVALID_REQUEST', async () => {
  const client = createClient({ url: 'http://127.0.0.1:9/graphql' })
  const failure = client.run('query ($n: Int)', { n: 1n })
  await expect(failure).rejects.toMatchObject({ name: 'TikituError', code: 'INVALID_REQUEST' })
})

test('says how long the platform asks to wait', async () => {
  const url = await silent((response) =>
    response
      .writeHead(429, { 'retry-after': '7' })
      .end('{"errors":[{"message":"Too fast.","extensions":{"code":"RATE_LIMITED"}}]}'),
  )
  await expect(createClient({ url }).run(me)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7_000 })
})

/** A server that does not answer, unless `answer` does. */
async function silent(answer: (response: ServerResponse) => void = () => undefined): Promise<string> {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

test('what is no operation does not compile', () => {
  const { run } = createClient({ url: 'http://127.0.0.1:9/graphql' })
  // @ts-expect-error An object that merely has a toString is no text.
  const object = () => run({})
  // @ts-expect-error The variables are those of the operation.
  const variables = () => run(hold, { input: { n: 'one' } })
  // @ts-expect-error They may not be left out where some are needed.
  const none = () => run(hold)
  expect([object, variables, none]).toHaveLength(3)
})

test('tells a success from a refusal by its type name', () => {
  type Result =
    | { __typename: 'Hold'; id: string }
    | { __typename: 'SeatsTaken'; code: string; message: string; seatNumbers: number[] }
  const won = { __typename: 'Hold', id: 'hld_1' } as Result
  const lost = { __typename: 'SeatsTaken', code: 'SEATS_TAKEN', message: 'Taken.', seatNumbers: [4] } as Result
  expect(succeed(won, 'Hold').id).toBe('hld_1')
  expect(() => succeed(lost, 'Hold')).toThrow(Refused)
  expect(() => succeed(lost, 'Hold')).toThrow(TikituError)
  expect(() => succeed(lost, 'Hold')).toThrow(expect.objectContaining({ code: 'SEATS_TAKEN', refusal: lost }))
})

type HeldOrTaken =
  | { __typename: 'Hold'; id: string }
  | { __typename: 'SeatsTaken'; code: 'SEATS_TAKEN'; message: string; seatNumbers: number[] }
const holdSeats = text<{ holdSeats: HeldOrTaken }, { input: { n: number } }>('mutation HoldSeats')
const taken = { __typename: 'SeatsTaken', code: 'SEATS_TAKEN', message: 'Taken.', seatNumbers: [4] }

test('`mutate` gives the success, and throws a refusal with its fields', async () => {
  const held = { __typename: 'Hold', id: 'hld_1' }
  const { url } = await graph(
    { body: JSON.stringify({ data: { __typename: 'Mutation', holdSeats: held } }) },
    { body: JSON.stringify({ data: { holdSeats: taken } }) },
  )
  const client = createClient({ url })
  const { id } = await client.mutate(holdSeats, { input: { n: 1 } })
  expect(id).toBe('hld_1')
  const failure = client.mutate(holdSeats, { input: { n: 1 } })
  await expect(failure).rejects.toBeInstanceOf(Refused)
  await expect(failure).rejects.toMatchObject({ code: 'SEATS_TAKEN', message: 'Taken.', refusal: taken, status: 200 })
})

test('`mutate` throws errors as `run` does', async () => {
  const { url } = await graph(ended)
  const failure = createClient({ url }).mutate(holdSeats, { input: { n: 1 } })
  await expect(failure).rejects.toMatchObject({ name: 'TikituError', code: 'UNAUTHENTICATED' })
})

test('`mutate` gives either success of a mutation that has two', async () => {
  type Result = { __typename: 'Cancellation'; id: string } | { __typename: 'CancellationRequest'; status: string }
  const cancel = text<{ cancel: Result | HeldOrTaken }, Record<string, never>>('mutation Cancel')
  const { url } = await graph({ body: '{"data":{"cancel":{"__typename":"CancellationRequest","status":"PENDING"}}}' })
  const result = await createClient({ url }).mutate(cancel)
  expectTypeOf(result).toEqualTypeOf<Result | { __typename: 'Hold'; id: string }>()
  expect(result.__typename === 'CancellationRequest' && result.status).toBe('PENDING')
})

test('`mutate` refuses a mutation of several fields, which may be refused in part', async () => {
  const { url } = await graph({ body: JSON.stringify({ data: { first: taken, second: taken } }) })
  await expect(createClient({ url }).mutate('mutation Two')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('successes and refusals of the platform’s operations have their types', () => {
  const { mutate } = createClient({ url: 'http://127.0.0.1:9/graphql' })
  const cancelled = () => mutate(CancelTicketsDocument, { input: { bookingId: 'bkg_1', ticketIds: [] } })
  type Cancelled = Awaited<ReturnType<typeof cancelled>>
  expectTypeOf<Cancelled['__typename']>().toEqualTypeOf<'Cancellation' | 'CancellationRequest'>()
  const signedOut = () => mutate(SignOutEverywhereDocument)
  expectTypeOf<Awaited<ReturnType<typeof signedOut>>>().toEqualTypeOf<{ __typename: 'SignOut'; signedOutAt: string }>()
  const own = () => mutate('mutation { signOutEverywhere { __typename } }')
  expectTypeOf<Awaited<ReturnType<typeof own>>>().toEqualTypeOf<unknown>()
})
