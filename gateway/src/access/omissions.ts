import { type FieldNode, GraphQLError, type GraphQLField, type GraphQLObjectType } from 'graphql'
import type { MisplacedNulls } from '../operations/misplaced-nulls.ts'
import type { Permissions } from './permissions.ts'

/** What an operation is run without, and the error that the client gets in its place. */
export interface Omissions extends Pick<MisplacedNulls, 'conditionErrorOf'> {
  /** Equal where the same is left out of one operation. */
  key: string
  /** Why a field of an object type is left out; null when it stays. */
  errorOf: (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, node: FieldNode) => GraphQLError | null
  /** The same of `__type` and `__schema`, which every schema has. */
  introspectionErrorOf: (node: FieldNode) => GraphQLError | null
}

const unauthorized = new GraphQLError('You may not read this field or type.', {
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
})

/** Leaves out what the caller may not read, and what cannot be executed. What they may not read tells nothing else. */
export function omissionsOf(permissions: Permissions, nulls: MisplacedNulls): Omissions {
  return {
    key: `${permissions.key} ${nulls.key}`,
    errorOf: (type, field, node) => (permissions.refusalOf(type, field) ? unauthorized : nulls.errorOf(node)),
    introspectionErrorOf: nulls.errorOf,
    conditionErrorOf: nulls.conditionErrorOf,
  }
}
