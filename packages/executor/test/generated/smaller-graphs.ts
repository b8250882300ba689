import { type DefinitionNode, Kind, parse, print } from 'graphql'
import type { Part } from '../world.ts'

/** Graphs with a subgraph, a type or a field less. They may not compose. */
export function* smallerGraphs(parts: readonly Part[]): Generator<Part[]> {
  for (const part of parts) yield parts.filter((one) => one !== part)
  for (const part of parts)
    for (const sdl of smallerSchemas(part.sdl)) yield parts.map((one) => (one === part ? { ...one, sdl } : one))
}

function* smallerSchemas(sdl: string): Generator<string> {
  const document = parse(sdl, { noLocation: true })
  const textOf = (definitions: DefinitionNode[]) => print({ ...document, definitions })
  for (const definition of document.definitions) yield textOf(document.definitions.filter((one) => one !== definition))
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const field of definition.fields ?? []) {
      const fields = definition.fields?.filter((one) => one !== field) ?? []
      yield textOf(document.definitions.map((one) => (one === definition ? { ...definition, fields } : one)))
    }
  }
}
