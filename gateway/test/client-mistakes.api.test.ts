import { readFileSync } from 'node:fs'
import { createLog } from '@tikitu/kit/base/log'
import { scalars } from '@tikitu/kit/graphql/scalars'
import { subgraphNames, subgraphSdl } from '@tikitu/schema/sdl'
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
const apiSdl = readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8')
const schema = buildSchema(apiSdl, { assumeValid: true })

const long = 'a'.repeat(5_000)
/** An invalid and a valid value of each custom scalar. */
const values: Readonly<Record<string, { bad: readonly unknown[]; good: unknown }>> = {
  CountryCode: { bad: ['', 'XXX', 'q1', 5, true, ['DE', 'FR'], {}, long], good: 'DE' },
  CurrencyCode: { bad: ['', 'eur', 'XQQ', 5, true, {}, long], good: 'EUR' },
  DateTime: {
    bad: [
      '',
      'x',
      '2026-01-01',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '0999-01-01T00:00:00Z',
      true,
      {},
      long,
    ],
    good: '2027-06-01T18:00:00Z',
  },
  EmailAddress: { bad: ['', 'x', 'a@', '@b.example', 5, true, {}, `${long}@example.org`], good: 'ada@example.org' },
  LocalDate: { bad: ['', 'x', '2026-02-30', '2026-13-01', '2026-1-1', 5, true, {}, long], good: '2027-06-01' },
  Locale: { bad: ['', '!', 'x_y_z_!', 5, true, {}, long], good: 'en' },
  PhoneNumber: { bad: ['', 'x', '+', '0123', 5, true, {}, `+${'1'.repeat(200)}`], good: '+6281234567890' },
  SafeInt: { bad: ['x', 1.5, 2 ** 53, -(2 ** 53), true, {}, long], good: 1 },
  TimeZone: { bad: ['', 'x', 'Nowhere/None', '+02:00', 5, true, {}, long], good: 'Asia/Jakarta' },
  URL: { bad: ['', 'x', 'http:', 5, true, {}, `https://example.org/${long}`], good: 'https://example.org' },
}
const builtIn: Readonly<Record<string, unknown>> = { String: 'x', ID: 'x', Int: 1, Float: 1, Boolean: true, JSON: {} }

interface Place {
  root: string
  field: string
  /** From the argument to the value. */
  path: readonly string[]
  scalar: string
}

/** All positions of custom scalars in the schema's inputs. */
const places = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).flatMap((field) =>
    field.args.flatMap((arg) =>
      pathsIn(arg, []).map((found): Place => ({ root: type?.name ?? '', field: field.name, ...found })),
    ),
  ),
)

function pathsIn(
  input: GraphQLArgument | GraphQLInputField,
  above: readonly string[],
): Pick<Place, 'path' | 'scalar'>[] {
  const type = getNamedType(input.type)
  const path = [...above, input.name]
  if (isInputObjectType(type)) {
    if (above.length > 4) return []
    return Object.values(type.getFields()).flatMap((field) => pathsIn(field, path))
  }
  return type.name in values ? [{ path, scalar: type.name }] : []
}

/** A valid value with `bad` at that path, without optional parts. */
function valueWith(type: GraphQLInputType, path: readonly string[], bad: unknown): unknown {
  if (isNonNullType(type)) return valueWith(type.ofType, path, bad)
  if (isListType(type)) return [valueWith(type.ofType, path, bad)]
  if (!isInputObjectType(type)) return path.length === 0 ? bad : null
  const fields = Object.values(type.getFields()).filter((field) => field.name === path[0] || isNonNullType(field.type))
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.name === path[0] ? valueWith(field.type, path.slice(1), bad) : plainOf(field.type),
    ]),
  )
}

function plainOf(type: GraphQLInputType): unknown {
  const named = getNamedType(type)
  if (isNonNullType(type)) return plainOf(type.ofType)
  if (isListType(type)) return [plainOf(type.ofType)]
  if (isEnumType(named)) return { enum: named.getValues()[0]?.name }
  return isInputObjectType(named) ? valueWith(named, [], null) : (values[named.name]?.good ?? builtIn[named.name])
}

function operationOf({ root, field: name, path }: Place, bad: unknown, isLiteral: boolean) {
  const owner = schema.getType(root) as GraphQLObjectType
  const { args, type } = owner.getFields()[name] as GraphQLField<unknown, unknown>
  const given = args.filter((arg) => arg.name === path[0] || isNonNullType(arg.type))
  const valued = given.map((arg) => ({
    arg,
    value: arg.name === path[0] ? valueWith(arg.type, path.slice(1), bad) : plainOf(arg.type),
  }))
  const selection = isLeafType(getNamedType(type)) ? '' : ' { __typename }'
  const kind = root.toLowerCase()
  if (isLiteral) {
    const passed = valued.map(({ arg, value }) => `${arg.name}: ${literal(value)}`).join(', ')
    return { query: `${kind} { ${name}(${passed})${selection} }` }
  }
  const defined = valued.map(({ arg }) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = valued.map(({ arg }) => `${arg.name}: $${arg.name}`).join(', ')
  return {
    query: `${kind} (${defined}) { ${name}(${passed})${selection} }`,
    variables: Object.fromEntries(valued.map(({ arg, value }) => [arg.name, withoutEnums(value)])),
  }
}

const isEnum = (value: unknown): value is { enum: string } =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'enum'

function literal(value: unknown): string {
  if (isEnum(value)) return value.enum
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${literal(inner)}`)
    .join(', ')} }`
}

function withoutEnums(value: unknown): unknown {
  if (isEnum(value)) return value.enum
  if (Array.isArray(value)) return value.map(withoutEnums)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutEnums(inner)]))
}

let pool: TestPool
let token: string
let subgraphs: TestSubgraph[]
const errors: unknown[] = []
const gateways: Partial<Record<'compiled' | 'stock', TestGateway>> = {}

beforeAll(async () => {
  pool = await startPool()
  const scopes = [...supergraph.matchAll(/@requiresScopes\(scopes: (\[\[.*?\]\])\)/g)].flatMap(([, list = '']) =>
    (JSON.parse(list) as string[][]).flat(),
  )
  token = await pool.token({ 'cognito:groups': [...new Set(['user', ...scopes])] })
  subgraphs = await Promise.all(subgraphNames.map((name) => startSubgraph(name, subgraphSdl(name), { ...scalars })))
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    error: (line: unknown) => errors.push(line),
  })
  for (const executor of ['compiled', 'stock'] as const)
    gateways[executor] = await startGateway(subgraphs, pool, { executor, log })
})

afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  for (const subgraph of subgraphs) subgraph.close()
  pool.close()
})

test('the schema has inputs of all custom scalars', () => {
  expect([...new Set(places.map(({ scalar }) => scalar))].sort()).toEqual(Object.keys(values).sort())
  expect(Object.keys(scalars).sort()).toEqual([...Object.keys(values), 'JSON'].sort())
})

interface Answer {
  errors?: { message: string; locations?: object[]; extensions: { code: string } }[]
}

describe.each(['compiled', 'stock'] as const)('with the %s executor', (executor) => {
  const ask = async (body: object): Promise<Answer> => {
    const response = await fetch(`${gateways[executor]?.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Answer
  }

  const expectMistake = async (place: Place, bad: unknown, isLiteral: boolean): Promise<void> => {
    const operation = operationOf(place, bad, isLiteral)
    const [error] = (await ask(operation)).errors ?? []
    const code = isLiteral ? 'GRAPHQL_VALIDATION_FAILED' : 'BAD_USER_INPUT'
    expect([error?.extensions.code, error?.locations?.length, operation]).toEqual([code, 1, operation])
    expect(error?.message.length).toBeLessThanOrEqual(1_000)
  }

  test.each(Object.entries(values))(
    'a value that is no %s is the client’s mistake, wherever it stands',
    async (scalar, { bad, good }) => {
      errors.length = 0
      await ask({ query: '{ __typename }' })
      const own = places.filter((place) => place.scalar === scalar)
      for (const place of executor === 'stock' ? own.slice(0, 4) : own) {
        for (const value of bad) {
          await expectMistake(place, value, true)
          await expectMistake(place, value, false)
        }
        const answer = await ask(operationOf(place, good, true))
        expect(answer.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain('GRAPHQL_VALIDATION_FAILED')
      }
      expect(errors.filter((line) => !isOfStub(line))).toEqual([])
    },
  )
})

/** Ignores errors of non-null fields, because the services of this test return nothing. */
function isOfStub(line: unknown): boolean {
  return JSON.stringify(line).includes('subgraph')
}
