import { type ASTNode, GraphQLError, type GraphQLScalarType, type GraphQLSchema, isScalarType } from 'graphql'

/** Scalars by their names. */
export type Scalars = Readonly<Record<string, GraphQLScalarType>>

/**
 * Lets the schema that clients see read values of these scalars as services do: a value that is none is refused here, with its place,
 * whether it stands in a text or in a variable. How values are written stays: services have written them.
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

/** What a scalar says is wrong, without a code of its own. */
function plainly<T>(parse: () => T, node?: ASTNode): T {
  try {
    return parse()
  } catch (error) {
    throw new GraphQLError((error as Error).message, node ? { nodes: node } : {})
  }
}
