import {
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { isRefusal, refusalCode } from './refusals.ts'

/** The definitions of the API schema, by kind. */
interface Schema {
  objects: ReadonlyMap<string, ObjectTypeDefinitionNode>
  inputs: readonly InputObjectTypeDefinitionNode[]
  unions: ReadonlyMap<string, UnionTypeDefinitionNode>
  enums: ReadonlyMap<string, EnumTypeDefinitionNode>
}

/**
 * Where the API schema departs from the conventions of decision 82, one line each: results of mutations, inputs, refusals, filters,
 * versions, paging, fields of the caller.
 */
export function conventionProblems(document: DocumentNode): string[] {
  const schema = readSchema(document)
  return [
    ...fieldsOf(schema, 'Mutation').flatMap((mutation) => mutationProblems(mutation, schema)),
    ...sharedInputs(schema),
    ...refusalProblems(schema),
    ...fieldsOf(schema, 'Query').flatMap(queryProblems),
    ...schema.inputs.flatMap(inputProblems),
    ...[...schema.objects.values()].flatMap(pagingProblems),
  ]
}

function readSchema({ definitions }: DocumentNode): Schema {
  const byName = <N extends { name: { value: string } }>(nodes: readonly N[]) =>
    new Map(nodes.map((node) => [node.name.value, node]))
  return {
    objects: byName(definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)),
    inputs: definitions.filter((node) => node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION),
    unions: byName(definitions.filter((node) => node.kind === Kind.UNION_TYPE_DEFINITION)),
    enums: byName(definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)),
  }
}

/** `holdSeats(input: HoldSeatsInput!): HoldSeatsResult!` */
function mutationProblems({ name, type, arguments: given = [] }: FieldDefinitionNode, schema: Schema): string[] {
  const verb = `${name.value[0]?.toUpperCase()}${name.value.slice(1)}`
  const problems: string[] = []
  if (print(type) !== `${verb}Result!`) problems.push(`Mutation.${name.value} must return ${verb}Result!`)
  const wanted = `input: ${verb}Input!`
  const isUsual = given.length === 0 || (given.length === 1 && given[0] && signature(given[0]) === wanted)
  if (!isUsual) problems.push(`Mutation.${name.value} must take nothing or one argument, ${wanted}`)
  const union = schema.unions.get(nameOf(type))
  return union ? [...problems, ...resultProblems(union, given.length > 0, schema)] : problems
}

function resultProblems({ name, types = [] }: UnionTypeDefinitionNode, hasInput: boolean, schema: Schema): string[] {
  const members = types.flatMap((member) => schema.objects.get(member.name.value) ?? [])
  const problems: string[] = []
  const firstRefusal = members.findIndex(isRefusal)
  if (firstRefusal === 0) problems.push(`${name.value} must begin with its success`)
  if (firstRefusal >= 0 && members.slice(firstRefusal).some((member) => !isRefusal(member)))
    problems.push(`${name.value} must list its refusals last`)
  for (const success of members.slice(0, firstRefusal >= 0 ? firstRefusal : undefined)) {
    const names = success.fields?.map((field) => field.name.value) ?? []
    if (names.includes('code') && names.includes('message'))
      problems.push(`${success.name.value} has code and message, by which clients know a refusal`)
  }
  if (hasInput && !types.some((member) => member.name.value === 'InvalidInput'))
    problems.push(`${name.value} lacks InvalidInput`)
  return problems
}

/** An input of one mutation can grow without the others. */
function sharedInputs(schema: Schema): string[] {
  const uses = fieldsOf(schema, 'Mutation').flatMap(({ arguments: given = [] }) =>
    given.map(({ type }) => nameOf(type)),
  )
  const shared = new Set(uses.filter((input, index) => uses.indexOf(input) !== index))
  return [...shared].map((input) => `${input} is the input of several mutations`)
}

function refusalProblems({ objects, enums }: Schema): string[] {
  const refusals = [...objects.values()].filter(isRefusal)
  const codes = enums.get('RefusalCode')?.values?.map(({ name }) => name.value) ?? []
  const expected = refusals.map(({ name }) => refusalCode(name.value))
  return [
    ...expected.filter((code) => !codes.includes(code)).map((code) => `RefusalCode lacks ${code}`),
    ...codes.filter((code) => !expected.includes(code)).map((code) => `RefusalCode.${code} belongs to no refusal`),
  ]
}

function queryProblems({ name, arguments: given = [] }: FieldDefinitionNode): string[] {
  const problems: string[] = []
  if (/^my[A-Z]/.test(name.value)) problems.push(`Query.${name.value} belongs under me`)
  for (const argument of given) {
    const isFilter = argument.name.value === 'filter'
    if (isFilter !== nameOf(argument.type).endsWith('Filter'))
      problems.push(
        `Query.${name.value}(${argument.name.value}:) and ${nameOf(argument.type)} must be named filter and …Filter`,
      )
  }
  return problems
}

/** Spans of time are `DateTimeRange`, versions are `expectedVersion: Int`. */
function inputProblems({ name, fields = [] }: InputObjectTypeDefinitionNode): string[] {
  if (/Filter.+/.test(name.value)) return [`${name.value} must end in Filter`]
  const problems: string[] = []
  for (const field of fields) {
    if (/^version$/i.test(field.name.value)) problems.push(`${name.value}.version must be expectedVersion`)
    if (field.name.value === 'expectedVersion' && print(field.type) !== 'Int')
      problems.push(`${name.value}.expectedVersion must be Int`)
    const isBound = name.value.endsWith('Filter') && /^DateTime!?$/.test(print(field.type))
    if (isBound) problems.push(`${name.value}.${field.name.value} must be a DateTimeRange`)
  }
  return problems
}

const pageArguments = ['first: Int', 'after: String', 'last: Int', 'before: String']

/** `PageInfo` promises both directions, so every connection takes both. */
function pagingProblems({ name, fields = [] }: ObjectTypeDefinitionNode): string[] {
  return fields.flatMap(({ name: field, type, arguments: given = [] }) => {
    if (!nameOf(type).endsWith('Connection')) return []
    const signatures = given.map(signature)
    const missing = pageArguments.filter((argument) => !signatures.includes(argument))
    return missing.length > 0 ? [`${name.value}.${field.value} lacks ${missing.join(', ')}`] : []
  })
}

function fieldsOf({ objects }: Schema, name: string): readonly FieldDefinitionNode[] {
  return objects.get(name)?.fields ?? []
}

function signature({ name, type, defaultValue }: InputValueDefinitionNode): string {
  return `${name.value}: ${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}
