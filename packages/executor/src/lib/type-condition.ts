import { type GraphQLNamedType, type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql'

/** Whether a type meets a type condition: it is that type, a member of that union, or an implementation of that interface. */
export function isSameOrSubtype(
  schema: GraphQLSchema,
  type: GraphQLNamedType | undefined,
  condition: GraphQLNamedType | undefined,
): boolean {
  if (!type || !condition) return false
  if (type === condition) return true
  return isAbstractType(condition) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(condition, type)
}

/** The same by names. A name meets itself, whether the schema has it or not. */
export function isSubtypeOf(schema: GraphQLSchema, typename: string, condition: string): boolean {
  return typename === condition || isSameOrSubtype(schema, schema.getType(typename), schema.getType(condition))
}
