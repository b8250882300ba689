import { graphql } from 'graphql'
import { beforeEach, expect, test } from 'vitest'
import { DomainError, UserSuspended } from '../base/errors.ts'
import { undeclaredRefusal } from './result-unions.ts'
import { buildSchema } from './schema.ts'

class Taken extends DomainError {
  override readonly name = 'Taken'
  readonly code = 'TAKEN'
  readonly seatNumbers = [4]
}

class Closed extends DomainError {
  override readonly name = 'Closed'
  readonly code = 'CLOSED'
}

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  interface Refusal { code: String! message: String! }
  type Taken implements Refusal { code: String! message: String! seatNumbers: [Int!]! }
  type Seat { number: Int! }
  union TakeResult = Seat | Taken
  union PreviewResult = Seat | Taken
  type Query { preview: PreviewResult @public }
  type Mutation { take: TakeResult! @public }
`

let thrown: Error | null = null
let logged: [object, string][] = []
beforeEach(() => {
  thrown = null
  logged = []
})

function answer(): object {
  if (thrown) throw thrown
  return { number: 4 }
}

const schema = buildSchema(sdl, { Query: { preview: answer }, Mutation: { take: answer } })
const log = { error: (fields: object, message: string) => logged.push([fields, message]) }

async function run(source: string) {
  const { data, errors } = await graphql({ schema, source, contextValue: { log, load: {} } })
  return {
    data: JSON.parse(JSON.stringify(data ?? null)) as object | null,
    errors: errors?.map(({ message }) => message),
  }
}

const selection = '{ __typename ... on Seat { number } ... on Taken { seatNumbers } ... on Refusal { code message } }'

test('knows the one success of a union without being told', async () => {
  expect(await run(`mutation { take ${selection} }`)).toEqual({ data: { take: { __typename: 'Seat', number: 4 } } })
})

test.each(['mutation { take', '{ preview'])(
  'makes a refusal that the union lists its member, with its fields: %s',
  async (call) => {
    thrown = new Taken('Choose another seat.')
    const refusal = { __typename: 'Taken', seatNumbers: [4], code: 'TAKEN', message: 'Choose another seat.' }
    const { data, errors } = await run(`${call} ${selection} }`)
    expect([Object.values(data ?? {}), errors, logged]).toEqual([[refusal], undefined, []])
  },
)

test('leaves a refusal of a mutation that the union lacks an error, and logs it', async () => {
  thrown = new Closed('This is closed.')
  expect(await run(`mutation { take ${selection} }`)).toEqual({ data: null, errors: ['This is closed.'] })
  expect(logged).toEqual([[{ mutation: 'take', refusal: 'Closed' }, undeclaredRefusal]])
})

test.each([
  ['a suspended account, which concerns every request', new UserSuspended()],
  ['what is no refusal', new Error('at db.internal:5432')],
])('leaves an error without a line in the log: %s', async (_what, error) => {
  thrown = error
  expect((await run(`mutation { take ${selection} }`)).errors).toHaveLength(1)
  expect(logged).toEqual([])
})
