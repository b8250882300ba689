import { isObject } from '@tikitu/federation-executor/lib/own-property'
import type { BoundEndpoint, RestParameter } from '@tikitu/schema/rest/bind-endpoint'
import { coerceInputValue } from 'graphql'
import type { BufferedRequest } from '../http/buffer-request.ts'
import { invalidJson, readJsonBody } from '../http/json-body.ts'
import type { InputProblem, Problem } from '../http/problem.ts'
import { readQuery } from './read-query.ts'

/** The variables of the endpoint's operation, or why the request is refused. */
export type ReadVariables = { variables: Variables } | { problem: Problem }

type Variables = Record<string, unknown>
type Values = Map<RestParameter, unknown>
type Read = { values: Values; problems: readonly InputProblem[] } | { problem: Problem }

const maxProblems = 20

/** Reads the variables from path, query, headers and body. */
export function readVariables(
  bound: BoundEndpoint,
  incoming: BufferedRequest,
  pathValues: Readonly<Record<string, string>>,
): ReadVariables {
  const query = readQuery(searchOf(incoming), parametersOf(bound).query)
  if (query.problems.length > 0) return { problem: inputProblem(400, query.problems) }
  const body = readFields(bound, incoming)
  if ('problem' in body) return body
  const values: Values = new Map([...query.values, ...body.values])
  for (const parameter of bound.parameters) {
    if (parameter.in === 'path') values.set(parameter, pathValues[parameter.name])
    if (parameter.in === 'header') placeHeader(values, parameter, incoming)
  }
  const missing = bound.parameters.filter((one) => one.isRequired && values.get(one) === undefined)
  const problems = [...body.problems, ...missing.map(({ name }) => ({ field: name, message: 'is required' }))]
  if (problems.length > 0) return { problem: inputProblem(inputStatus(bound), problems) }
  return { variables: variablesOf(bound, values) }
}

/** The status of bad input: 400 in the address, 422 in the body. */
export function inputStatus({ endpoint: { method } }: BoundEndpoint): number {
  return method === 'GET' || method === 'DELETE' ? 400 : 422
}

/** The values that are not of their types, by the names that the request has for them. */
export function explainInput({ parameters }: BoundEndpoint, variables: Variables): InputProblem[] {
  const problems: InputProblem[] = []
  for (const { name, type, at } of parameters) {
    const value = at.reduce<unknown>((object, key) => (object as Variables | undefined)?.[key], variables)
    if (value === undefined) continue
    coerceInputValue(value, type, (path, _value, error) => {
      problems.push({ field: [name, ...path].join('.'), message: error.message.slice(0, 300) })
    })
  }
  return problems.slice(0, maxProblems)
}

function readFields(bound: BoundEndpoint, incoming: BufferedRequest): Read {
  const values: Values = new Map()
  if (incoming.body.length === 0) return { values, problems: [] }
  const read = readJsonBody(incoming)
  if ('problem' in read && read.problem !== 'syntax') return { problem: unsupportedType }
  if (!('value' in read) || !isObject(read.value))
    return { problem: { status: 400, code: 'BAD_REQUEST', detail: invalidJson } }
  const problems: InputProblem[] = []
  for (const [field, value] of Object.entries(read.value)) {
    const parameter = parametersOf(bound).body.get(field)
    if (parameter) values.set(parameter, value)
    else problems.push({ field: field.slice(0, 100), message: 'is not a field of this body' })
  }
  return { values, problems: problems.slice(0, maxProblems) }
}

type Parameters = ReadonlyMap<string, RestParameter>
const known = new WeakMap<BoundEndpoint, { query: Parameters; body: Parameters }>()

/** The parameters of an endpoint in its query and in its body, by name. */
function parametersOf(bound: BoundEndpoint): { query: Parameters; body: Parameters } {
  const found = known.get(bound)
  if (found) return found
  const inPlace = (place: RestParameter['in']): Parameters =>
    new Map(bound.parameters.filter((one) => one.in === place).map((one) => [one.name, one]))
  const parameters = { query: inPlace('query'), body: inPlace('body') }
  known.set(bound, parameters)
  return parameters
}

function placeHeader(values: Values, parameter: RestParameter, { request }: BufferedRequest): void {
  const value = request.headers[parameter.name]
  if (typeof value === 'string') values.set(parameter, value)
}

function variablesOf({ requiredObjects }: BoundEndpoint, values: Values): Variables {
  const variables: Variables = Object.fromEntries(requiredObjects.map((name) => [name, {}]))
  for (const [{ at }, value] of values) {
    const [name, field] = at
    if (field === undefined) variables[name] = value
    else variables[name] = { ...(variables[name] as Variables | undefined), [field]: value }
  }
  return variables
}

function inputProblem(status: number, fields: readonly InputProblem[]): Problem {
  const detail = `${fields
    .map(({ field, message }) => `${field} ${message}`)
    .slice(0, 3)
    .join('; ')}.`
  return { status, code: 'BAD_USER_INPUT', detail, fields }
}

const unsupportedType: Problem = {
  status: 415,
  code: 'BAD_REQUEST',
  detail: 'Send the body as application/json, without content-encoding.',
}

function searchOf({ request: { url = '' } }: BufferedRequest): string {
  const start = url.indexOf('?')
  return start === -1 ? '' : url.slice(start + 1)
}
