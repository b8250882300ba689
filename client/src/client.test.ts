import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createClient, GraphRequestFailed, type Operation, Refused, succeed } from './client.ts'

const me: Operation<{ me: { id: string } }, Record<string, never>> = { toString: () => 'query Me { me { id } }' }
const hold: Operation<{ id: string }, { input: { n: number } }> = { toString: () => 'mutation Hold' }

async function graph(answer: { status?: number; body: string }) {
  const requests: { headers: IncomingMessage['headers']; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray()
    requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    response.writeHead(answer.status ?? 200, { 'x-request-id': 'req_1' }).end(answer.body)
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
  expect(failure).toBeInstanceOf(GraphRequestFailed)
  expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, requestId: 'req_1', message: 'Sign in first.' })
  expect(await createClient({ url }).ask(me)).toMatchObject({
    data: { me: null },
    errors: [{ message: 'Sign in first.' }],
  })
})

test('sends the id in place of the text, when told to and there is one', async () => {
  const { url, requests } = await graph({ body: '{"data":{"me":null}}' })
  const client = createClient({ url, byId: true })
  await client.run({ ...me, __meta__: { hash: 'sha256:1a' } })
  await client.run(me)
  expect(requests.map(({ body }) => body)).toEqual([{ documentId: 'sha256:1a' }, { query: 'query Me { me { id } }' }])
})

test('throws what it got when the answer is not GraphQL', async () => {
  const { url } = await graph({ status: 502, body: '<html>bad gateway</html>' })
  await expect(createClient({ url }).ask(me)).rejects.toMatchObject({
    name: 'GraphRequestFailed',
    status: 502,
    code: 'UNKNOWN',
  })
})

test('tells a success from a refusal by its type name', () => {
  type Result =
    | { __typename: 'Hold'; id: string }
    | { __typename: 'SeatsTaken'; code: string; message: string; numbers: number[] }
  const won = { __typename: 'Hold', id: 'hld_1' } as Result
  const lost = { __typename: 'SeatsTaken', code: 'SEATS_TAKEN', message: 'Taken.', numbers: [4] } as Result
  expect(succeed(won, 'Hold').id).toBe('hld_1')
  expect(() => succeed(lost, 'Hold')).toThrow(Refused)
  expect(() => succeed(lost, 'Hold')).toThrow(expect.objectContaining({ code: 'SEATS_TAKEN', refusal: lost }))
})
