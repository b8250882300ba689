import {
  defaultFieldResolver,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql'
import { type FieldProblem, InvalidInput } from '../base/errors.ts'
import { formatPath } from '../base/validate-input.ts'

/** The maximum size of an input from `@constraint`. */
interface Constraint {
  /** Characters of a text, of each text in a list, or of a JSON value as text. */
  maxLength?: number
  /** Items of a list. */
  maxItems?: number
}

/** No id of ours or of Cognito is longer. */
const maxIdLength = 200
/** Maximum number of reported problems. */
const maxProblems = 20

type Path = readonly (string | number)[]
/** Finds the parts of a value that are too large. */
type Check = (value: unknown, at: { path: Path; problems: FieldProblem[] }) => void

/** Makes every field of `schema` refuse inputs over their maximum, before its resolver runs. */
export function enforceConstraints(schema: GraphQLSchema): void {
  const known = new Map<string, Check>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) constrainField(field, known)
  }
}

function constrainField(field: GraphQLField<unknown, unknown>, known: Map<string, Check>): void {
  const check = checkOfFields(field.args, known)
  if (!check) return
  field.resolve = checked(check, field.resolve ?? defaultFieldResolver)
  if (field.subscribe) field.subscribe = checked(check, field.subscribe)
}

function checked(
  check: Check,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): GraphQLFieldResolver<unknown, unknown> {
  return (...call) => {
    const problems: FieldProblem[] = []
    check(call[1], { path: [], problems })
    if (problems.length > 0) throw new InvalidInput(problems)
    return resolve(...call)
  }
}

/** The check of an input object, from those of its fields; null when there is nothing to check. */
function checkOfFields(fields: readonly (GraphQLArgument | GraphQLInputField)[], known: Map<string, Check>) {
  const checks = fields.flatMap(({ name, type, astNode }): [string, Check][] => {
    const check = checkOf(type, astNode ? constraintOf(astNode) : {}, known)
    return check ? [[name, check]] : []
  })
  if (checks.length === 0) return null
  const check: Check = (value, { path, problems }) => {
    for (const [name, inner] of checks) {
      const part = (value as Record<string, unknown>)[name]
      if (part === undefined || part === null || problems.length >= maxProblems) continue
      inner(part, { path: [...path, name], problems })
    }
  }
  return check
}

function checkOf(type: GraphQLInputType, constraint: Constraint, known: Map<string, Check>): Check | null {
  if (isNonNullType(type)) return checkOf(type.ofType, constraint, known)
  if (isListType(type)) return checkOfList(type.ofType, constraint, known)
  if (isInputObjectType(type)) return checkOfObject(type, known)
  if (type.name === 'ID') return checkLength(constraint.maxLength ?? maxIdLength, String)
  if (constraint.maxLength === undefined) return null
  return checkLength(constraint.maxLength, type.name === 'JSON' ? JSON.stringify : String)
}

/** Registered before it is complete, since input types can be recursive. */
function checkOfObject(
  type: GraphQLInputType & { name: string; getFields: () => Record<string, GraphQLInputField> },
  known: Map<string, Check>,
): Check {
  const found = known.get(type.name)
  if (found) return found
  let made: Check | null = null
  known.set(type.name, (value, at) => made?.(value, at))
  made = checkOfFields(Object.values(type.getFields()), known)
  return known.get(type.name) as Check
}

function checkOfList(type: GraphQLInputType, constraint: Constraint, known: Map<string, Check>): Check | null {
  const ofItem = checkOf(type, constraint, known)
  const item = isNonNullType(type) ? type.ofType : type
  const most = constraint.maxItems ?? (isEnumType(item) ? item.getValues().length : undefined)
  if (most === undefined && !ofItem) return null
  return (value, { path, problems }) => {
    const items = value as readonly unknown[]
    if (most !== undefined && items.length > most) {
      problems.push({ field: fieldOf(path), message: `must be at most ${readable(most)} items` })
      return
    }
    for (const [index, inner] of items.entries()) {
      if (!ofItem || problems.length >= maxProblems) return
      if (inner !== null) ofItem(inner, { path: [...path, index], problems })
    }
  }
}

function checkLength(most: number, textOf: (value: unknown) => string): Check {
  return (value, { path, problems }) => {
    if (textOf(value).length <= most) return
    problems.push({ field: fieldOf(path), message: `must be at most ${readable(most)} characters` })
  }
}

function constraintOf({ directives = [] }: InputValueDefinitionNode): Constraint {
  const given = directives.find(({ name }) => name.value === 'constraint')?.arguments ?? []
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]))
}

/** With thousands separators: 10,000. */
function readable(count: number): string {
  return count.toLocaleString('en')
}

/** Without the name of a mutation's single argument, as in domain errors. */
function fieldOf(path: Path): string {
  return formatPath(path[0] === 'input' && path.length > 1 ? path.slice(1) : path)
}
