import { type DocumentNode, type GraphQLSchema, isInputObjectType, Kind, parse } from 'graphql'

const definition = 'directive @oneOf on INPUT_OBJECT'

/** The names of the `@oneOf` inputs. */
export function oneOfInputs({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((node) => {
    const isInput = node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION
    return isInput && node.directives?.some(({ name }) => name.value === 'oneOf') ? [node.name.value] : []
  })
}

/**
 * The document with a definition of `@oneOf` where it is used. Apollo's composition supports GraphQL of October 2021: it rejects an
 * undefined directive, and drops a defined one.
 */
export function withOneOfDefined(document: DocumentNode): DocumentNode {
  const isDefined = document.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'oneOf',
  )
  if (isDefined || oneOfInputs(document).length === 0) return document
  return { ...document, definitions: [...document.definitions, ...parse(definition).definitions] }
}

/** Inputs that are `@oneOf` in some parts only: one service would accept what another refuses. */
export function oneOfProblems(documents: ReadonlyMap<string, DocumentNode>): string[] {
  const parts = [...documents].map(([name, document]) => ({ name, document, inputs: oneOfInputs(document) }))
  const all = new Set(parts.flatMap(({ inputs }) => inputs))
  return parts.flatMap(({ name, document, inputs }) =>
    document.definitions.flatMap((node) => {
      const isMixed =
        node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && all.has(node.name.value) && !inputs.includes(node.name.value)
      return isMixed ? [`${name}: the input ${node.name.value} is @oneOf in another subgraph and not here.`] : []
    }),
  )
}

/** The supergraph with `@oneOf` on these inputs, which composition dropped. */
export function withOneOf(supergraphSdl: string, inputs: readonly string[]): string {
  if (inputs.length === 0) return supergraphSdl
  const wanted = new Set(inputs)
  const marked = supergraphSdl.replace(/^input (\w+)/gm, (head, name) => (wanted.has(name) ? `${head} @oneOf` : head))
  return marked.replace(/^directive /m, `${definition}\n\ndirective `)
}

/** Marks these inputs as `@oneOf` for validation and introspection. */
export function markOneOf(schema: GraphQLSchema, inputs: readonly string[]): GraphQLSchema {
  for (const name of inputs) {
    const type = schema.getType(name)
    if (isInputObjectType(type)) type.isOneOf = true
  }
  return schema
}
