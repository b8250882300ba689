import { type GraphQLSchema, isAbstractType } from 'graphql'

/** A code generator's plugin: which object types each interface and union of the schema has, as Apollo Client's cache takes it. */
export function plugin(schema: GraphQLSchema): string {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType)
  const members = abstract
    .filter(({ name }) => !name.startsWith('__'))
    .map(
      (type) =>
        [
          type.name,
          schema
            .getPossibleTypes(type)
            .map(({ name }) => name)
            .sort(),
        ] as const,
    )
  const possibleTypes = Object.fromEntries(members.sort(([a], [b]) => a.localeCompare(b)))
  return `/** The object types of each interface and union: \`new InMemoryCache({ possibleTypes })\`. */
export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possibleTypes, null, 2)}
`
}
