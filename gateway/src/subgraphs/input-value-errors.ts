import {
  type GraphQLFormattedError,
  getLocation,
  Kind,
  parse,
  print,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'

/** Converts a subgraph's error about an invalid input value to the client's error; null for other errors. */
export type InputValueErrorOf = (error: unknown) => GraphQLFormattedError | null

const maxShownLength = 200

/**
 * Finds errors about invalid literals and variables in the response to a request body: only the subgraph can validate its own scalars. Other
 * validation errors mean that the subgraph's schema differs from the composed one. The subgraph's message is not shown, because it refers
 * to the planner's operation.
 */
export function findInputValueErrors(body: string): InputValueErrorOf {
  let values: ReadonlyMap<string, Value> | undefined
  return (error) => {
    const location = locationIn(error)
    if (!location) return null
    values ??= valuesByLocation(body)
    const value = values.get(locationKey(location))
    if (!value || (value.kind === Kind.VARIABLE_DEFINITION && !isInvalidVariable(error))) return null
    return { message: messageOf(value), extensions: { code: 'BAD_USER_INPUT' } }
  }
}

/** A literal, or the definition of a variable. */
type Value = ValueNode | VariableDefinitionNode

interface Location {
  line: number
  column: number
}

/** The location of a validation error in the request's operation. Some servers give such errors no code. */
function locationIn(error: unknown): Location | null {
  const { path, locations, extensions } = (error ?? {}) as Partial<Record<string, unknown>>
  const code = (extensions as { code?: unknown } | null | undefined)?.code
  if (path !== undefined || (code !== undefined && code !== 'GRAPHQL_VALIDATION_FAILED')) return null
  const [first] = Array.isArray(locations) ? (locations as (Location | null)[]) : []
  return first ?? null
}

/** Other validation errors of a variable have the same location. */
function isInvalidVariable(error: unknown): boolean {
  return /^Variable "\$\w+" got invalid value /.test(String((error as { message?: unknown }).message))
}

const locationKey = ({ line, column }: Location): string => `${line}:${column}`

function valuesByLocation(body: string): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  const add = (node: Value): void => {
    if (node.loc) values.set(locationKey(getLocation(node.loc.source, node.loc.start)), node)
  }
  const { query } = JSON.parse(body) as { query: string }
  const visitor = Object.fromEntries(kinds.map((kind) => [kind, add]))
  visit(parse(query), visitor)
  return values
}

const kinds = [
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.VARIABLE_DEFINITION,
]

/** Lists and objects are not printed: they may contain variables, whose names are the planner's. */
function messageOf(value: Value): string {
  if (value.kind === Kind.VARIABLE_DEFINITION)
    return `Variable "$${value.variable.name.value}" is not a valid value of its type.`
  if (value.kind === Kind.LIST) return 'A list in the operation is not a valid value of its type.'
  if (value.kind === Kind.OBJECT) return 'An object in the operation is not a valid value of its type.'
  const text = print(value)
  const excerpt = text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1)}…` : text
  return `${excerpt} is not a valid value of its type.`
}
