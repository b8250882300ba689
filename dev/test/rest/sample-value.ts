import { openApi } from './check-response.ts'

type Schema = Record<string, never> & { $ref?: string; [key: string]: unknown }

/** The smallest value of a schema: required fields only. */
export function sampleOf(schema: Schema): unknown {
  const { type, ...rest } = followed(schema)
  const { enum: values, examples, required = [], properties, items, anyOf } = rest as Parts
  if (anyOf?.[0]) return sampleOf(anyOf[0])
  if (values) return values[0]
  if (examples) return examples[0]
  const [kind] = [type].flat()
  if (kind === 'object') return Object.fromEntries(required.map((name) => [name, sampleOf(properties?.[name] ?? {})]))
  if (kind === 'array') return items ? [sampleOf(items)] : []
  if (kind === 'integer' || kind === 'number') return 1
  return kind === 'boolean' ? true : 'text'
}

interface Parts {
  enum?: unknown[]
  examples?: unknown[]
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

function followed(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name ? followed(openApi.components.schemas[name]) : schema
}

/** An endpoint of the document. */
export interface DocumentedEndpoint {
  method: string
  path: string
  operationId: string
  isPublic: boolean
  scope: string | null
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[]
  /** The schema of the body; null without one. */
  body: Schema | null
}

/** All endpoints of the document besides health. */
export function documentedEndpoints(): DocumentedEndpoint[] {
  return Object.entries<Record<string, Operation>>(openApi.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      if (operation.tags[0] === 'health') return []
      const { operationId, security, description = '', requestBody } = operation
      const parameters = (operation.parameters ?? []).map((one) => {
        const name = one.$ref?.split('/').at(-1)
        return name ? openApi.components.parameters[name] : one
      })
      const isPublic = security?.length === 0
      const scope = /Requires the scope (.*)\.$/.exec(description)?.[1]?.replaceAll('`', '') ?? null
      const body = requestBody?.content['application/json'].schema ?? null
      return [{ method: method.toUpperCase(), path, operationId, isPublic, scope, parameters, body }]
    }),
  )
}

interface Operation {
  tags: string[]
  operationId: string
  security?: unknown[]
  description?: string
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  parameters?: { $ref?: string }[]
}

/** The address of an endpoint with its required parameters; `valueFor` gives those of the path. */
export function addressOf({ path, parameters }: DocumentedEndpoint, valueFor: (name: string) => string): string {
  const address = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(valueFor(name)))
  const query = parameters.filter((one) => one.in === 'query' && one.required)
  const pairs = query.flatMap(({ name, schema }): [string, string][] => {
    const value = sampleOf(schema)
    return typeof value === 'object' && value !== null
      ? Object.entries(value).map(([field, inner]): [string, string] => [`${name}[${field}]`, String(inner)])
      : [[name, String(value)]]
  })
  return pairs.length > 0 ? `${address}?${new URLSearchParams(pairs)}` : address
}
