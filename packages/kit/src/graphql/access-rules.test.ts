import { type GraphQLObjectType, type GraphQLResolveInfo, type ObjectTypeDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { Forbidden, Unauthenticated } from '../base/errors.ts'
import { testUser } from '../testing/graphql/context.ts'
import { type AccessRule, checkAccess, ruleOf } from './access-rules.ts'
import { buildSchema } from './schema.ts'

const service: Viewer = { kind: 'service', service: 'booking' }
const scopes: AccessRule = { kind: 'scopes', anyOf: [['staff'], ['user', 'vip']] }

const outcomeOf = (rule: AccessRule, viewer: Viewer) => {
  try {
    checkAccess(rule, viewer)
    return 'let in'
  } catch (error) {
    return error instanceof Forbidden ? 'Forbidden' : error instanceof Unauthenticated ? 'Unauthenticated' : error
  }
}

test.each([
  ['public', { kind: 'public' }, ['let in', 'let in', 'let in', 'let in', 'let in']],
  ['authenticated', { kind: 'authenticated' }, ['Unauthenticated', 'let in', 'let in', 'let in', 'let in']],
  ['scopes', scopes, ['Unauthenticated', 'Forbidden', 'let in', 'let in', 'let in']],
  [
    'no scopes at all',
    { kind: 'scopes', anyOf: [] },
    ['Unauthenticated', 'Forbidden', 'Forbidden', 'Forbidden', 'let in'],
  ],
] as const)('of anonymous, user, staff, both scopes of a set and a service, %s lets in', (_name, rule, expected) => {
  const viewers = [
    anonymous,
    testUser(),
    testUser({ groups: ['staff'] }),
    testUser({ groups: ['user', 'vip'] }),
    service,
  ]
  expect(viewers.map((viewer) => outcomeOf(rule, viewer))).toEqual(expected)
})

test('names the sets of scopes that would do', () => {
  expect(() => checkAccess(scopes, testUser())).toThrow('Requires one of these roles: staff, user and vip.')
})

test('reads the rule of the first access directive, and scopes only of their argument', () => {
  const directivesOf = (sdl: string) => (parse(sdl).definitions[0] as ObjectTypeDefinitionNode).directives
  expect(ruleOf(directivesOf('type A @key(fields: "id") @authenticated @public { a: Int }'))).toEqual({
    kind: 'authenticated',
  })
  expect(ruleOf(directivesOf('type A @requiresScopes(note: [["x"]], scopes: [["a", "b"], ["c"]]) { a: Int }'))).toEqual(
    {
      kind: 'scopes',
      anyOf: [['a', 'b'], ['c']],
    },
  )
  expect(ruleOf(directivesOf('type A @requiresScopes { a: Int }'))).toEqual({ kind: 'scopes', anyOf: [] })
  expect(ruleOf(directivesOf('type A @key(fields: "id") { a: Int }'))).toBeNull()
  expect(ruleOf(undefined)).toBeNull()
})

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@requiresScopes", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  type Query { thing: Thing @public }
  type Subscription { ticks: Thing @authenticated }
  type Thing @authenticated { plain: String staff: String @requiresScopes(scopes: [["staff"]]) open: String @public }
  type Other { ofExtension: String }
  extend type Other @requiresScopes(scopes: [["staff"]])
`

test('guards fields by their own directive, else by that of their type or its extension, and subscriptions before they begin', async () => {
  const value = { plain: 'plain', staff: 'staff', open: 'open', ofExtension: 'other' }
  const ticks = { subscribe: async function* () {}, resolve: () => value }
  const schema = buildSchema(sdl, { Query: { thing: () => value }, Subscription: { ticks } })
  const readAs = (viewer: Viewer, coordinate: string, step: 'resolve' | 'subscribe' = 'resolve') => {
    const [type = '', name = ''] = coordinate.split('.')
    const field = (schema.getType(type) as GraphQLObjectType).getFields()[name]
    try {
      field?.[step]?.(value, {}, { viewer }, { fieldName: name } as GraphQLResolveInfo)
      return 'let in'
    } catch (error) {
      return (error as Error).name
    }
  }
  expect(readAs(anonymous, 'Thing.plain')).toBe('Unauthenticated')
  expect(readAs(testUser(), 'Thing.plain')).toBe('let in')
  expect(readAs(testUser(), 'Thing.staff')).toBe('Forbidden')
  expect(readAs(anonymous, 'Thing.open')).toBe('let in')
  expect(readAs(testUser(), 'Other.ofExtension')).toBe('Forbidden')
  expect(readAs(testUser({ groups: ['staff'] }), 'Other.ofExtension')).toBe('let in')
  expect(readAs(anonymous, 'Subscription.ticks', 'subscribe')).toBe('Unauthenticated')
  expect(readAs(testUser(), 'Subscription.ticks', 'subscribe')).toBe('let in')
})
