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

/** Returns the error to show in place of one that refuses a value of the operation; null for any other error. */
export type ShowRefusedValue = (error: unknown) => GraphQLFormattedError | null

const longestValue = 200

/**
 * Recognizes errors that refuse a literal or a variable: only the subgraph knows which values its own scalars take. Any other validation
 * error means that the subgraph does not have the schema that was composed. The subgraph's message is not shown, because it is about the
 * operation that the planner wrote.
 */
export function refusedValues(body: string): ShowRefusedValue {
  let values: ReadonlyMap<string, Value> | undefined
  return (error) => {
    const location = locationIn(error)
    if (!location) return null
    values ??= valuesIn(body)
    const value = values.get(placeOf(location))
    if (!value || (value.kind === Kind.VARIABLE_DEFINITION && !isOfVariable(error))) return null
    return { message: messageOf(value), extensions: { code: 'BAD_USER_INPUT' } }
  }
}

/** A literal, or the definition of a variable. */
type Value = ValueNode | VariableDefinitionNode

interface Location {
  line: number
  column: number
}

/** The place of a validation error in the text that was sent. Some servers give such errors no code. */
function locationIn(error: unknown): Location | null {
  const { path, locations, extensions } = (error ?? {}) as Partial<Record<string, unknown>>
  const code = (extensions as { code?: unknown } | null | undefined)?.code
  if (path !== undefined || (code !== undefined && code !== 'GRAPHQL_VALIDATION_FAILED')) return null
  const [first] = Array.isArray(locations) ? (locations as (Location | null)[]) : []
  return first ?? null
}

/** Validation reports other mistakes of a variable at the same place. */
function isOfVariable(error: unknown): boolean {
  return /^Variable "\$\w+" got invalid value /.test(String((error as { message?: unknown }).message))
}

const placeOf = ({ line, column }: Location): string => `${line}:${column}`

function valuesIn(body: string): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  const add = (node: Value): void => {
    if (node.loc) values.set(placeOf(getLocation(node.loc.source, node.loc.start)), node)
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
  const shown = text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text
  return `${shown} is not a valid value of its type.`
}
