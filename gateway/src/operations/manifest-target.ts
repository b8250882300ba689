import { existsSync, readFileSync } from 'node:fs'
import type { GraphQLSchema } from 'graphql'
import { z } from 'zod'

/** The graph that a manifest's operations belong to, from a file that the SDK writes beside the manifest. */
export interface ManifestTarget {
  /** The graph's name. */
  graph: string
  /** The root fields that the operations use, such as `Query.event`. */
  rootFields: readonly string[]
}

/** The served graph. */
export interface ServedGraph {
  name: string
  schema: GraphQLSchema
}

const form = z.object({ graph: z.string(), rootFields: z.array(z.string()) })

/** The file with a manifest's graph: `operations.graph.json` for `operations.json`. */
export function targetFileOf(manifestFile: string): string {
  return `${manifestFile.replace(/\.json$/, '')}.graph.json`
}

/** Null when there is no such file. @throws when the file is invalid */
export function readTarget(manifestFile: string): ManifestTarget | null {
  const file = targetFileOf(manifestFile)
  return existsSync(file) ? form.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/**
 * Why a manifest does not belong to this graph: it has another graph name, or the graph lacks more than half of its root fields. Null when
 * it belongs to it or states no graph.
 */
export function findMismatch(target: ManifestTarget | null, served: ServedGraph): string | null {
  if (!target) return null
  if (target.graph !== served.name) return `they belong to the graph ${target.graph}, not to ${served.name}`
  const present = target.rootFields.filter((coordinate) => hasField(served.schema, coordinate)).length
  const all = target.rootFields.length
  return present * 2 < all ? `the graph has ${present} of the ${all} root fields that they use` : null
}

function hasField(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.')
  const type = schema.getType(typeName)
  return type !== undefined && 'getFields' in type && Object.hasOwn(type.getFields(), fieldName)
}
