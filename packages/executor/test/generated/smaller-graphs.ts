import { type DefinitionNode, Kind, parse, print } from 'graphql'
import type { Subgraph } from '../world.ts'

/** Graphs with one subgraph, type or field fewer. They may not compose. */
export function* smallerGraphs(subgraphs: readonly Subgraph[]): Generator<Subgraph[]> {
  for (const subgraph of subgraphs) yield subgraphs.filter((one) => one !== subgraph)
  for (const subgraph of subgraphs)
    for (const sdl of smallerSchemas(subgraph.sdl))
      yield subgraphs.map((one) => (one === subgraph ? { ...one, sdl } : one))
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
