import { fragmentsOf } from '@tikitu/federation-executor/plan/document-fields'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Permissions } from './permissions.ts'
import type { AccessDemand } from './rules.ts'

interface Operation {
  document: DocumentNode
  operation: OperationDefinitionNode
}

/**
 * Rejects an operation that could return nothing to its caller: every root field is forbidden, or a non-null one is. @throws GraphQLError
 * UNAUTHENTICATED (401) or FORBIDDEN (403), at the field's path
 */
export function checkOperation(
  schema: GraphQLSchema,
  permissions: Permissions,
  { document, operation }: Operation,
): void {
  if (permissions.passed.has(operation)) return
  const type = schema.getRootType(operation.operation)
  const nodes = rootFieldsOf({ document, operation }).filter(({ name }) => !name.value.startsWith('__'))
  const refused = nodes.flatMap((node) => {
    const field = type?.getFields()[node.name.value]
    const demand = type && field ? permissions.refusalOf(type, field) : null
    return demand && field ? [{ node, demand, isFatal: isNonNullType(field.type) }] : []
  })
  const fatal = refused.find(({ isFatal }) => isFatal) ?? (refused.length === nodes.length ? refused[0] : undefined)
  if (fatal) throw refusal(fatal.demand, permissions.viewer, fatal.node)
  permissions.passed.add(operation)
}

/** The root fields of an operation, including those in fragments. */
export function rootFieldsOf({ document, operation }: Operation): FieldNode[] {
  const fragments = fragmentsOf(document)
  const fieldsOf = (set: SelectionSetNode | undefined): FieldNode[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection]
      const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      return fieldsOf(part?.selectionSet)
    })
  return fieldsOf(operation.selectionSet)
}

function refusal(demand: AccessDemand, viewer: Viewer, field: FieldNode): GraphQLError {
  const path = [(field.alias ?? field.name).value]
  if (viewer.kind !== 'user') {
    return new GraphQLError('Sign in first. Send a valid access token in the Authorization header.', {
      path,
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
    })
  }
  const wanted = demand.kind === 'scopes' ? demand.anyOf.map((all) => all.join(' and ')).join(', ') : null
  const message = wanted ? `Requires one of these roles: ${wanted}.` : 'You are not allowed to do this.'
  return new GraphQLError(message, { path, extensions: { code: 'FORBIDDEN', http: { status: 403 } } })
}
