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

/** Finds the error to show in place of one that refuses a value of the operation; null when it refuses anything else. */
export type ShowRefusedValue = (error: unknown) => GraphQLFormattedError | null

const longestValue = 200

/**
 * Recognises literals and variables that a subgraph refuses: it knows what its own scalars may be, of which the gateway knows only the
 * names. Any other error of validation means that the subgraph is not the one that was composed. What the subgraph says of the value is
 * not shown: it speaks of the operation that it was sent, which the client never wrote.
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

/** A literal, or a variable by its definition. */
type Value = ValueNode | VariableDefinitionNode

interface Location {
  line: number
  column: number
}

/** Where an error of validation lies in what was sent. Some servers give such errors no code. */
function locationIn(error: unknown): Location | null {
  const { path, locations, extensions } = (error ?? {}) as Partial<Record<string, unknown>>
  const code = (extensions as { code?: unknown } | null | undefined)?.code
  if (path !== undefined || (code !== undefined && code !== 'GRAPHQL_VALIDATION_FAILED')) return null
  const [first] = Array.isArray(locations) ? (locations as (Location | null)[]) : []
  return first ?? null
}

/** Of variables, validation finds other mistakes at the same place. */
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

/** Lists and objects may hold variables, whose names are the planner's. */
function messageOf(value: Value): string {
  if (value.kind === Kind.VARIABLE_DEFINITION)
    return `Variable "$${value.variable.name.value}" is not a valid value of its type.`
  if (value.kind === Kind.LIST) return 'A list in the operation is not a valid value of its type.'
  if (value.kind === Kind.OBJECT) return 'An object in the operation is not a valid value of its type.'
  const text = print(value)
  const shown = text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text
  return `${shown} is not a valid value of its type.`
}
