import type { Viewer } from '@tikitu/kit/viewer'
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessDemand, AccessRules } from './rules.ts'

/** Decides a `@policy` by its name. */
export type Policies = Readonly<Record<string, (viewer: Viewer) => boolean>>

const rootTypes = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

/**
 * Refuses an operation whose root fields the viewer may not call, before anything is fetched. A root field that says
 * nothing is for signed-in callers. @throws GraphQLError UNAUTHENTICATED (401) or FORBIDDEN (403), at the field's path
 */
export function checkOperation(
  { rules, policies }: { rules: AccessRules; policies: Policies },
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  viewer: Viewer,
): void {
  const type = rootTypes[operation.operation]
  for (const field of rootFieldsOf(document, operation.selectionSet)) {
    if (field.name.value.startsWith('__')) continue
    const demands = rules.demands.get(`${type}.${field.name.value}`) ??
      rules.demands.get(type) ?? [{ kind: 'authenticated' }]
    const refused = demands.find((demand) => !isMet(demand, viewer, policies))
    if (refused) throw refusal(refused, viewer, field)
  }
}

/** Whether the viewer meets a demand. A policy that nobody defined is met by nobody. */
function isMet(demand: AccessDemand, viewer: Viewer, policies: Policies): boolean {
  if (demand.kind === 'public') return true
  if (viewer.kind !== 'user') return false
  if (demand.kind === 'authenticated') return true
  if (demand.kind === 'scopes') return demand.anyOf.some((all) => all.every((scope) => viewer.groups.includes(scope)))
  return demand.anyOf.some((all) => all.every((policy) => policies[policy]?.(viewer) ?? false))
}

/** The fields that an operation asks of the root, those in fragments too. */
export function* rootFieldsOf(document: DocumentNode, selections: SelectionSetNode): Generator<FieldNode> {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) yield selection
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFieldsOf(document, selection.selectionSet)
    else {
      const name = selection.name.value
      const fragment = document.definitions.find(
        (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
      )
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) yield* rootFieldsOf(document, fragment.selectionSet)
    }
  }
}

function refusal(demand: AccessDemand, viewer: Viewer, field: FieldNode): GraphQLError {
  const path = [(field.alias ?? field.name).value]
  if (viewer.kind !== 'user') {
    return new GraphQLError('Sign in first: send a valid access token in the Authorization header.', {
      path,
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
    })
  }
  const wanted = demand.kind === 'scopes' ? demand.anyOf.map((all) => all.join(' and ')).join(', ') : null
  const message = wanted ? `This needs one of the roles ${wanted}.` : 'You are not allowed to do this.'
  return new GraphQLError(message, { path, extensions: { code: 'FORBIDDEN', http: { status: 403 } } })
}
