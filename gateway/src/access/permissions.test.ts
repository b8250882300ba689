import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { buildSchema, type GraphQLField, type GraphQLObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { type Policies, permissionsOf, type UnmarkedFields } from './permissions.ts'
import type { AccessDemand } from './rules.ts'

const schema = buildSchema('type Query { plain: Int marked: Int opened: Int } type Mutation { plain: Int }')
const authenticated: AccessDemand = { kind: 'authenticated' }
const finance: AccessDemand = { kind: 'scopes', anyOf: [['finance']] }
const user = (...groups: string[]): Viewer => ({ kind: 'user', userId: 'usr_1', email: null, groups })

/** Computes which root fields a viewer may read by the rules of types and fields. */
function readableBy(viewer: Viewer, demands: Record<string, AccessDemand[]>, unmarkedFields: UnmarkedFields) {
  const rules = { demands: new Map(Object.entries(demands)) }
  const { refusalOf } = permissionsOf(schema, { rules, policies: {}, unmarkedFields }, viewer)
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null)
  return roots.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => (refusalOf(type, field) ? [] : `${type.name}.${field.name}`)),
  )
}

test('a root field without rules is readable by signed-in callers, or by everybody', () => {
  const demands = { 'Query.marked': [authenticated], 'Query.opened': [{ kind: 'public' } as const] }
  expect(readableBy(anonymous, demands, 'signed-in')).toEqual(['Query.opened'])
  expect(readableBy(anonymous, demands, 'public')).toEqual(['Query.plain', 'Query.opened', 'Mutation.plain'])
  expect(readableBy(user(), demands, 'signed-in')).toHaveLength(4)
})

test('the rules of a root type also apply to its fields, unless a field is public', () => {
  const demands = { Query: [finance], 'Query.marked': [authenticated], 'Query.opened': [{ kind: 'public' } as const] }
  expect(readableBy(user(), demands, 'public')).toEqual(['Query.opened', 'Mutation.plain'])
  expect(readableBy(user('finance'), demands, 'public')).toHaveLength(4)
})

test('keeps what a viewer may read, unless policies decide: those are asked each time', () => {
  const deciding = (demand: AccessDemand, policies: Policies = {}) => ({
    rules: { demands: new Map([['Query.marked', [demand]]]) },
    policies,
    unmarkedFields: 'signed-in' as const,
  })
  const viewer = user('finance')
  const byScopes = deciding(finance)
  expect(permissionsOf(schema, byScopes, viewer)).toBe(permissionsOf(schema, byScopes, viewer))
  expect(permissionsOf(schema, byScopes, viewer)).not.toBe(permissionsOf(schema, byScopes, user('finance')))
  expect(permissionsOf(schema, byScopes, viewer).key).toBe(
    permissionsOf(schema, byScopes, user('finance', 'other')).key,
  )
  expect(permissionsOf(schema, byScopes, viewer).key).not.toBe(permissionsOf(schema, byScopes, user()).key)

  let isOpen = true
  const byPolicy = deciding(
    { kind: 'policies', anyOf: [['open', 'broken'], ['open']] },
    {
      open: () => isOpen,
      broken: () => {
        throw new Error('policy failed')
      },
    },
  )
  const marked = schema.getQueryType()?.getFields()['marked'] as GraphQLField<unknown, unknown>
  const isRefused = () =>
    permissionsOf(schema, byPolicy, viewer).refusalOf(schema.getQueryType() as GraphQLObjectType, marked) !== null
  expect(isRefused()).toBe(false)
  isOpen = false
  expect(isRefused()).toBe(true)
})
