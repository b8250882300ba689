import type { Viewer } from '@tikitu/kit/auth/viewer'
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type OperationDefinitionNode,
} from 'graphql'
import type { AccessDemand, AccessRules } from './rules.ts'

/** Decides a `@policy` by its name. */
export type Policies = Readonly<Record<string, (viewer: Viewer) => boolean>>

/** Whom a root field is for of which the schema says nothing: `signed-in` callers, or everybody. */
export type UnmarkedFields = 'signed-in' | 'public'

type Field = GraphQLField<unknown, unknown>

/** What one viewer may read of one load of the schema. */
export interface Permissions {
  viewer: Viewer
  /** Equal for viewers that may read the same. */
  key: string
  /** Operations of which something can be answered to the viewer: those were checked before. */
  passed: WeakSet<OperationDefinitionNode>
  /** The demand of a field of an object type that the viewer does not meet; null when they may read it. */
  refusalOf: (type: GraphQLObjectType, field: Field) => AccessDemand | null
}

const ofViewers = new WeakMap<AccessRules, WeakMap<Viewer, Permissions>>()

/**
 * Whether the viewer may read fields, as the schema demands it of field, type, interfaces, and whatever the field is. Found out once
 * for a viewer, unless the schema asks policies: those may change their mind.
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

/** What a root field demands. `@public` opens a field whose type is for some; all other demands of field and type hold. */
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

/** A policy that nobody defined is met by nobody; one that fails neither. */
function meetsPolicy(policies: Policies, name: string, viewer: Viewer): boolean {
  try {
    return Object.hasOwn(policies, name) && policies[name]?.(viewer) === true
  } catch {
    return false
  }
}

const known = new WeakMap<AccessRules, { scopes: string[]; policies: string[] }>()

/** The scopes and policies that rules name: the rest of a viewer's groups makes no difference. */
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
