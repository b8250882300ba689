import type { RestParameter } from '@tikitu/schema/rest/bind-endpoint'
import { type GraphQLInputType, getNamedType, getNullableType, isInputObjectType, isListType } from 'graphql'
import type { InputProblem } from '../http/problem.ts'

/** Numbers in texts, by the scalar's name. */
const numbers: Readonly<Record<string, RegExp>> = {
  Int: /^-?\d{1,10}$/,
  SafeInt: /^-?\d{1,16}$/,
  Float: /^-?\d{1,16}(\.\d{1,16})?$/,
}

/**
 * Reads the query of a request: `?city=Wien&categories=OPERA&categories=DANCE&startsAt[from]=2027-01-01T00:00:00Z`. Unknown and repeated
 * parameters are problems.
 */
export function readQuery(
  search: string,
  parameters: ReadonlyMap<string, RestParameter>,
): { values: Map<RestParameter, unknown>; problems: InputProblem[] } {
  const values = new Map<RestParameter, unknown>()
  const problems: InputProblem[] = []
  if (search === '') return { values, problems }
  for (const [key, text] of new URLSearchParams(search)) {
    const { name, field } = partsOf(key)
    const parameter = parameters.get(name)
    const found = parameter && placeValue(values, { parameter, field, text })
    const message = parameter ? found : 'is not a parameter of this address'
    if (message) problems.push({ field: key.slice(0, 100), message })
  }
  return { values, problems }
}

/** `startsAt[from]` is the field `from` of `startsAt`. */
function partsOf(key: string): { name: string; field: string | null } {
  const [, name, field] = /^(\w+)\[(\w+)\]$/.exec(key) ?? []
  return name && field ? { name, field } : { name: key, field: null }
}

/** Adds a value; returns what is wrong with it, if anything. */
function placeValue(
  values: Map<RestParameter, unknown>,
  { parameter, field, text }: { parameter: RestParameter; field: string | null; text: string },
): string | null {
  const type = getNullableType(parameter.type)
  const before = values.get(parameter)
  if (isInputObjectType(type)) {
    const inner = field && type.getFields()[field]
    if (!inner) return `must be given by its fields, such as ${parameter.name}[${Object.keys(type.getFields())[0]}]`
    const object = (before ?? {}) as Record<string, unknown>
    if (field in object) return 'must be given once'
    values.set(parameter, { ...object, [field]: parseText(inner.type, text) })
    return null
  }
  if (field) return 'is not a parameter of this address'
  if (isListType(type)) {
    values.set(parameter, [...((before as unknown[] | undefined) ?? []), parseText(type.ofType, text)])
    return null
  }
  if (before !== undefined) return 'must be given once'
  values.set(parameter, parseText(type, text))
  return null
}

/** The value of a text. A text that is no value of the type stays a text, which the operation then refuses. */
function parseText(type: GraphQLInputType, text: string): unknown {
  const { name } = getNamedType(type)
  if (numbers[name]?.test(text)) return Number(text)
  if (name === 'Boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
