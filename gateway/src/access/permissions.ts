import type { Viewer } from '@tikitu/kit/auth/viewer'
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type OperationDefinitionNode,
} from 'graphql'
import type { AccessDemand, AccessRules } from './rules.ts'

/** Evaluates a `@policy` by its name. */
export type Policies = Readonly<Record<string, (viewer: Viewer) => boolean>>

/** Who may read a root field without access directives: `signed-in` callers, or everybody. */
export type UnmarkedFields = 'signed-in' | 'public'

type Field = GraphQLField<unknown, unknown>

/** The permissions of one viewer for one loaded schema. */
export interface Permissions {
  viewer: Viewer
  /** Equal for viewers with equal permissions. */
  key: string
  /** Operations that have passed `checkOperation` for this viewer. */
  passed: WeakSet<OperationDefinitionNode>
  /** The access rule that the viewer does not meet for a field of an object type; null when they may read it. */
  refusalOf: (type: GraphQLObjectType, field: Field) => AccessDemand | null
}

const ofViewers = new WeakMap<AccessRules, WeakMap<Viewer, Permissions>>()

/**
 * Computes which fields a viewer may read: the rules of the field, its parent type, its interfaces and its own type must all be met. Cached
 * by viewer, unless the schema uses `@policy`, whose decisions may change.
 */
export function permissionsOf(schema: GraphQLSchema, by: Deciding, viewer: Viewer): Permissions {
  if (namesIn(by.rules).policies.length > 0) return findPermissions(schema, by, viewer)
  const viewers = ofViewers.get(by.rules) ?? new WeakMap<Viewer, Permissions>()
  ofViewers.set(by.rules, viewers)
  const known = viewers.get(viewer)
  if (known) return known
  const found = findPermissions(schema, by, viewer)
  viewers.set(viewer, found)
  return found
}

interface Deciding {
  rules: AccessRules
  policies: Policies
  unmarkedFields: UnmarkedFields
}

function findPermissions(schema: GraphQLSchema, by: Deciding, viewer: Viewer): Permissions {
  const { rules, policies } = by
  const { scopes, policies: named } = namesIn(rules)
  const held = viewer.kind === 'user' ? scopes.filter((scope) => viewer.groups.includes(scope)) : []
  const met = named.filter((name) => meetsPolicy(policies, name, viewer))
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  const isMet = (demand: AccessDemand): boolean => {
    if (demand.kind === 'public') return true
    if (demand.kind === 'policies') return demand.anyOf.some((all) => all.every((name) => met.includes(name)))
    if (viewer.kind !== 'user') return false
    return demand.kind === 'authenticated' || demand.anyOf.some((all) => all.every((scope) => held.includes(scope)))
  }
  const demandsOf = (type: GraphQLObjectType, { name, type: result }: Field): readonly AccessDemand[] => {
    const own = rules.demands.get(`${type.name}.${name}`) ?? []
    const whole = rules.demands.get(type.name) ?? []
    const ofField = roots.has(type) ? ofRoot(own, whole, by.unmarkedFields) : [...whole, ...own]
    const inherited = type.getInterfaces().flatMap((parent) => rules.demands.get(`${parent.name}.${name}`) ?? [])
    return [...ofField, ...inherited, ...(rules.demands.get(getNamedType(result).name) ?? [])]
  }
  return {
    viewer,
    key: JSON.stringify([viewer.kind, held, met]),
    passed: new WeakSet(),
    refusalOf: (type, field) => demandsOf(type, field).find((demand) => !isMet(demand)) ?? null,
  }
}

/** The rules of a root field. `@public` lifts the default for root fields; the rules of the field and its type apply in any case. */
function ofRoot(
  own: readonly AccessDemand[],
  whole: readonly AccessDemand[],
  unmarked: UnmarkedFields,
): readonly AccessDemand[] {
  if (own.some(({ kind }) => kind === 'public')) return own
  const demands = [...whole, ...own]
  return demands.length === 0 && unmarked === 'signed-in' ? signedIn : demands
}

const signedIn: readonly AccessDemand[] = [{ kind: 'authenticated' }]

/** A policy that is not defined or throws is not met. */
function meetsPolicy(policies: Policies, name: string, viewer: Viewer): boolean {
  try {
    return Object.hasOwn(policies, name) && policies[name]?.(viewer) === true
  } catch {
    return false
  }
}

const known = new WeakMap<AccessRules, { scopes: string[]; policies: string[] }>()

/** The scopes and policies that the rules use. Other groups of a viewer make no difference. */
function namesIn(rules: AccessRules): { scopes: string[]; policies: string[] } {
  const found = known.get(rules)
  if (found) return found
  const demands = [...rules.demands.values()].flat()
  const named = (kind: 'scopes' | 'policies'): string[] => [
    ...new Set(demands.flatMap((demand) => (demand.kind === kind ? demand.anyOf.flat() : []))),
  ]
  const names = { scopes: named('scopes'), policies: named('policies') }
  known.set(rules, names)
  return names
}
