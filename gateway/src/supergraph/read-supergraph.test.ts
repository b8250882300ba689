import { ApolloGateway } from '@apollo/gateway'
import { composeGraph } from '@tikitu/schema/compose'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { readSupergraph } from './read-supergraph.ts'

const link = (
  imports: string,
) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${imports}])
  @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION\n`
const imports = '"@composeDirective", "@authenticated", "@requiresScopes", "@policy"'
const fields = `type Query { open: String @public mine: Secret @authenticated staff: String @requiresScopes(scopes: [["partner"], ["admin", "user"]])
  late: String @policy(policies: [["after-hours"]]) }
  type Secret @authenticated { code: String @requiresScopes(scopes: [["admin"]]) plain: String } scalar Sealed @authenticated`

const options = { hasLocalSubgraph: true }
const compose = (sdl: string) =>
  composeGraph([{ name: 'one', url: 'http://127.0.0.1:3001/graphql', sdl }]).supergraphSdl

test('removes every access directive and returns its rules', () => {
  const { sdl, rules, subgraphs } = readSupergraph(compose(link(imports) + fields), options)
  expect(sdl).not.toMatch(/authenticated|requiresScopes|policy|@public/)
  expect(Object.fromEntries(rules.demands)).toEqual({
    'Query.open': [{ kind: 'public' }],
    'Query.mine': [{ kind: 'authenticated' }],
    'Query.staff': [{ kind: 'scopes', anyOf: [['partner'], ['admin', 'user']] }],
    'Query.late': [{ kind: 'policies', anyOf: [['after-hours']] }],
    Secret: [{ kind: 'authenticated' }],
    'Secret.code': [{ kind: 'scopes', anyOf: [['admin']] }],
    Sealed: [{ kind: 'authenticated' }],
  })
  expect(subgraphs).toEqual([{ name: 'one', url: 'http://127.0.0.1:3001/graphql' }])
})

test('returns a supergraph that the stock gateway loads, unlike the original', async () => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1'
  const composed = compose(link(imports) + fields)
  await expect(new ApolloGateway({ supergraphSdl: composed, logger: silent }).load()).rejects.toThrow()
  const gateway = new ApolloGateway({ supergraphSdl: readSupergraph(composed, options).sdl, logger: silent })
  await expect(gateway.load()).resolves.toBeDefined()
  await gateway.stop()
})

test('recognizes directives that were imported under other names', () => {
  const renamed = imports.replace('"@authenticated"', '{ name: "@authenticated", as: "@signedIn" }')
  const { sdl, rules } = readSupergraph(
    compose(link(renamed) + fields.replaceAll('@authenticated', '@signedIn')),
    options,
  )
  expect(sdl).not.toContain('signedIn')
  expect(rules.demands.get('Query.mine')).toEqual([{ kind: 'authenticated' }])
})

test('leaves a field with the name of a directive unchanged', () => {
  const { sdl } = readSupergraph(
    compose(`${link(imports)}type Query { policy: String @public authenticated: String @public }`),
    options,
  )
  expect(buildSchema(sdl, { assumeValid: true }).getQueryType()?.getFields()).toHaveProperty('policy')
})

test('rejects documents that are not a supergraph', () => {
  expect(() => readSupergraph('type Query { a: String }', options)).toThrow('join__Graph')
  expect(() => readSupergraph('type Query {', options)).toThrow('Syntax Error')
})

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
