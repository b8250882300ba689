import { type ASTNode, GraphQLError, type GraphQLScalarType, type GraphQLSchema, isScalarType } from 'graphql'

/** Scalars by name. */
export type Scalars = Readonly<Record<string, GraphQLScalarType>>

/**
 * Makes the API schema parse values of these scalars like the services, so that invalid literals and variables are rejected here with their
 * location. Serialization stays unchanged, because services have done it.
 */
export function giveRealScalars(schema: GraphQLSchema, scalars: Scalars): void {
  for (const [name, scalar] of Object.entries(scalars)) {
    const type = schema.getType(name)
    if (isScalarType(type)) readAs(type, scalar)
  }
}

function readAs(type: GraphQLScalarType, scalar: GraphQLScalarType): void {
  type.parseValue = (value) => plainly(() => scalar.parseValue(value))
  type.parseLiteral = (node, variables) => plainly(() => scalar.parseLiteral(node, variables), node)
}

/** The error of a scalar, without its code. */
function plainly<T>(parse: () => T, node?: ASTNode): T {
  try {
    return parse()
  } catch (error) {
    throw new GraphQLError((error as Error).message, node ? { nodes: node } : {})
  }
}
