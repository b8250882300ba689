import { type FieldNode, GraphQLError, type GraphQLField, type GraphQLObjectType } from 'graphql'
import type { MisplacedNulls } from '../operations/misplaced-nulls.ts'
import type { Permissions } from './permissions.ts'

/** The fields that an operation is executed without, and the errors that the client gets for them. */
export interface Omissions extends Pick<MisplacedNulls, 'conditionErrorOf'> {
  /** Equal when the same fields of an operation are omitted. */
  key: string
  /** The error of a field of an object type; null when the field is not omitted. */
  errorOf: (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, node: FieldNode) => GraphQLError | null
  /** The same for `__type` and `__schema`. */
  introspectionErrorOf: (node: FieldNode) => GraphQLError | null
}

const unauthorized = new GraphQLError('You are not allowed to read this field or type.', {
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
})

/**
 * Omits the fields that the caller may not read and those that cannot be executed. A field that the caller may not read reports no other
 * error.
 */
export function omissionsOf(permissions: Permissions, nulls: MisplacedNulls): Omissions {
  return {
    key: `${permissions.key} ${nulls.key}`,
    errorOf: (type, field, node) => (permissions.refusalOf(type, field) ? unauthorized : nulls.errorOf(node)),
    introspectionErrorOf: nulls.errorOf,
    conditionErrorOf: nulls.conditionErrorOf,
  }
}
