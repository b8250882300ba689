import { existsSync, readFileSync } from 'node:fs'
import type { GraphQLSchema } from 'graphql'
import { z } from 'zod'

/** Which graph a manifest's operations are for. The SDK's says so in a file beside it. */
export interface ManifestTarget {
  /** The graph's name. */
  graph: string
  /** The root fields that the operations use: `Query.event`. */
  rootFields: readonly string[]
}

/** The graph that is served. */
export interface ServedGraph {
  name: string
  schema: GraphQLSchema
}

const form = z.object({ graph: z.string(), rootFields: z.array(z.string()) })

/** The file that says which graph a manifest is for: `operations.graph.json` beside `operations.json`. */
export function targetFileOf(manifestFile: string): string {
  return `${manifestFile.replace(/\.json$/, '')}.graph.json`
}

/** Null where nothing says which graph the manifest is for. @throws when the file is there and says it in no form known here */
export function readTarget(manifestFile: string): ManifestTarget | null {
  const file = targetFileOf(manifestFile)
  return existsSync(file) ? form.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/**
 * Why a manifest's operations are not for this graph: it has another name, or less than half of the root fields that they use. A graph
 * that lost some fields is still theirs. Null when they are for it, or nothing says for which they are.
 */
export function findMismatch(target: ManifestTarget | null, served: ServedGraph): string | null {
  if (!target) return null
  if (target.graph !== served.name) return `they are for the graph ${target.graph}, and this is ${served.name}`
  const present = target.rootFields.filter((coordinate) => hasField(served.schema, coordinate)).length
  const all = target.rootFields.length
  return present * 2 < all ? `the graph has ${present} of the ${all} root fields that they use` : null
}

function hasField(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.')
  const type = schema.getType(typeName)
  return type !== undefined && 'getFields' in type && Object.hasOwn(type.getFields(), fieldName)
}
