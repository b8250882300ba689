import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql'

/**
 * A code generator's plugin: which graph the persisted operations are for, and the root fields that they use. A gateway compares
 * both with its graph before it plans them.
 */
export function plugin(schema: GraphQLSchema, documents: readonly { document?: DocumentNode | undefined }[]): string {
  const operations = documents.flatMap(({ document }) => document?.definitions ?? [])
  const rootFields = operations.flatMap((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return []
    const root = schema.getRootType(node.operation)?.name
    return node.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? `${root}.${one.name.value}` : []))
  })
  return JSON.stringify({ graph: 'tikitu', rootFields: [...new Set(rootFields)].sort() }, null, 2)
}
