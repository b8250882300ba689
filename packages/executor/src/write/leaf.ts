import { type GraphQLEnumType, type GraphQLScalarType, isEnumType, isSpecifiedScalarType } from 'graphql'
import { ExactNumber } from '../lib/exact-json.ts'
import { jsonString } from '../lib/json-string.ts'

/** Writes a leaf value as JSON; null when it is invalid for its type. */
export type WriteLeaf = (value: unknown) => string | null

const integer = /^-?(?:0|[1-9]\d*)$/

/** Compiles the writer of a scalar or enum type. Custom scalars accept any value. */
export function compileLeaf(type: GraphQLScalarType | GraphQLEnumType): WriteLeaf {
  if (isEnumType(type)) return enumWriter(type)
  if (!isSpecifiedScalarType(type)) return writeCustom
  return builtIn[type.name] ?? writeCustom
}

const builtIn: Readonly<Record<string, WriteLeaf>> = {
  Boolean: (value) => (typeof value === 'boolean' ? String(value) : null),
  Float: (value) => {
    const number = value instanceof ExactNumber ? Number(value.source) : value
    return typeof number === 'number' && Number.isFinite(number) ? JSON.stringify(number) : null
  },
  Int: writeInteger,
  ID: (value) => (typeof value === 'string' ? jsonString(value) : writeIntegerId(value)),
  String: (value) => (typeof value === 'string' ? jsonString(value) : null),
}

function writeInteger(value: unknown): string | null {
  if (typeof value !== 'number') return null
  const text = String(value)
  return integer.test(text) ? text : null
}

/** Subgraphs may send an ID as a number; clients get a string. */
function writeIntegerId(value: unknown): string | null {
  const text = value instanceof ExactNumber ? value.source : writeInteger(value)
  return text !== null && integer.test(text) ? `"${text}"` : null
}

function writeCustom(value: unknown): string {
  return typeof value === 'string' ? jsonString(value) : JSON.stringify(value)
}

function enumWriter(type: GraphQLEnumType): WriteLeaf {
  const texts = new Map(type.getValues().map(({ name }) => [name, `"${name}"`]))
  return (value) => (typeof value === 'string' ? (texts.get(value) ?? null) : null)
}
