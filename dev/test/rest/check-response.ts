import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { root } from '../../src/stack/repository.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is JSON
export const openApi = JSON.parse(readFileSync(join(root, 'schema/openapi.json'), 'utf8')) as any

const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(openApi, 'openapi')
const validators = new Map<string, ValidateFunction>()

/** A response, and the endpoint that it is from. */
export interface Answered {
  method: string
  path: string
  response: Response
}

/** Files that an endpoint leads to are not checked. @throws when the document does not have the response, or its body has another shape */
export async function checkResponse({ method, path, response }: Answered): Promise<void> {
  if (response.redirected) return
  const at = `${method} ${path}: ${response.status}`
  const operation = openApi.paths[path]?.[method.toLowerCase()]
  const stated = operation?.responses[response.status]
  if (!stated) throw new Error(`${at} is not in the document: ${await response.text()}`)
  const pointer = stated.$ref ?? pointerTo('paths', path, method.toLowerCase(), 'responses', String(response.status))
  const { content } = resolve(pointer)
  const [type] = Object.keys(content ?? {})
  const actual = response.headers.get('content-type') ?? ''
  if (type === undefined ? actual !== '' : !actual.startsWith(type.split(';')[0] ?? ''))
    throw new Error(`${at} has the type ${actual} instead of ${type}`)
  if (!type?.endsWith('json')) return
  const validate = validatorOf(`${pointer}/content/${toPointer(type)}/schema`)
  const body: unknown = await response.json()
  if (!validate(body)) throw new Error(`${at}: ${JSON.stringify(validate.errors?.slice(0, 3))} ${JSON.stringify(body)}`)
}

function validatorOf(pointer: string): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `openapi${pointer}` })
  validators.set(pointer, known)
  return known
}

function pointerTo(...keys: string[]): string {
  return `#/${keys.map(toPointer).join('/')}`
}

/** JSON pointers in URIs (RFC 6901, section 6). */
function toPointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function resolve(pointer: string) {
  const keys = pointer
    .slice(2)
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce((node, key) => node[key], openApi)
}
