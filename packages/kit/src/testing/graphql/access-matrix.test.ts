import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateServiceKeys } from '../../auth/signing-keys.ts'
import { anonymous, type Viewer } from '../../auth/viewer.ts'
import { DomainError, Forbidden, NotFound } from '../../base/errors.ts'
import { createLog } from '../../base/log.ts'
import { buildSchema } from '../../graphql/schema.ts'
import { createSubgraph, type Subgraph } from '../../service/create-subgraph.ts'
import { accessMatrix } from './access-matrix.ts'
import { testCtx, testStaff, testUser } from './context.ts'
import { testRequestKey } from './subgraph.ts'

class Taken extends DomainError {
  override readonly name = 'Taken'
  readonly code = 'TAKEN'
}

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  interface Refusal { code: String! message: String! }
  type Taken implements Refusal { code: String! message: String! }
  type Forbidden implements Refusal { code: String! message: String! }
  type NotFound implements Refusal { code: String! message: String! }
  type Seat { code: Int! }
  union TakeResult = Seat | Taken | Forbidden | NotFound
  type Query { seat: Seat @public }
  type Mutation { take(id: ID!): TakeResult! @authenticated }
`

const [ada, bob, eve, mallory] = [testUser(), testUser(), testUser(), testStaff()]

function take(_parent: unknown, _args: unknown, { viewer }: { viewer: Viewer }): object {
  if (viewer === ada) return { code: 12 }
  if (viewer === bob) throw new Taken('Choose another.')
  if (viewer === eve) throw new NotFound('seat', '1')
  throw new Forbidden('This is not for staff.')
}

let subgraph: Subgraph<ReturnType<typeof testCtx>>

beforeAll(async () => {
  subgraph = await createSubgraph({
    name: 'shop',
    schema: buildSchema(sdl, { Query: { seat: () => ({ code: 12 }) }, Mutation: { take } }),
    createCtx: (caller) => testCtx({} as never, caller),
    requestKeys: [testRequestKey()],
    jwks: (await generateServiceKeys('shop')).jwks,
    log: createLog('shop', 'silent'),
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
  })
})
afterAll(() => subgraph.close())

test.each([
  ['without a selection', 'take(id: "1")'],
  ['beside a field of the success that is also named code', 'take(id: "1") { ... on Seat { number: code } }'],
])('draws a refusal that is a result by its code, %s', async (_how, call) => {
  const calls = { 'Query.seat': 'seat { code }', 'Mutation.take': call }
  expect(await accessMatrix(subgraph, { anonymous, ada, bob, eve, mallory }, calls)).toBe(
    [
      '| field | anonymous | ada | bob | eve | mallory |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `Query.seat` | ✓ | ✓ | ✓ | ✓ | ✓ |',
      '| `Mutation.take` | sign in | ✓ | `TAKEN` | nothing | forbidden |',
      '',
    ].join('\n'),
  )
})

test('refuses to draw a field without a call, and a call without a field', async () => {
  await expect(accessMatrix(subgraph, { ada }, { 'Query.seat': 'seat { code }', 'Query.row': 'row' })).rejects.toThrow(
    'lacks Mutation.take, and has unknown Query.row',
  )
})
