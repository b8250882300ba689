import type { Chance } from './chance.ts'

/** A malformed or unusual request. */
export interface FuzzRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | Buffer
}

const documents = [
  'query A($name: String = "x", $n: Int, $on: Boolean = true) { hello(name: $name) things(first: $n) { id ...T @include(if: $on) } }\nfragment T on Thing { name parts { id ... on Thing { self { id } } } }',
  'mutation B($input: PutInput!) { put(input: $input) { id name } }',
  '{ node(id: "1") { __typename id ... on Thing { name json } } }',
  '{ a: hello b: hello(name: """block\n"quoted" text""") __typename }',
  'subscription S { changes { id weight parts { name } } }',
  'query D { depots node(id: "1") { ... on Thing { weight } } }',
  'query I { __schema { types { name fields { name type { name ofType { name } } } } } }',
]
const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '...',
  '@',
  '$',
  '!',
  ':',
  '=',
  '&',
  '|',
  '"',
  '"""',
  '\\u{110000}',
  '\\uD800',
  '#',
  ',',
  '\u0000',
  '\ufeff',
  '\u2028',
  '😀',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '__typename',
  '__schema',
  'on',
  'fragment F on Thing { ...F }',
  'query',
  'mutation',
  'subscription',
  '1e999',
  '-0',
  '99999999999999999999',
  'null',
  'true',
  '@skip(if: true)',
  '@defer',
  '@include',
  '_entities',
  '_service { sdl }',
  '{ things(first: 1000000000) { parts { parts { id } } } }',
  'x'.repeat(2_000),
  '{self'.repeat(60),
  '['.repeat(300),
  '"'.repeat(9),
]

const scalars: unknown[] = [
  null,
  true,
  -1,
  0,
  1,
  2 ** 53,
  1e308,
  '',
  'Ada',
  '\u0000',
  '😀'.repeat(50),
  '__proto__',
  [],
  {},
  '1; drop table',
]
const keys = ['name', 'n', 'on', 'input', '__proto__', 'constructor', 'toString', 'id', '', 'a.b', '$name']

const types = [
  'application/json',
  'application/json; charset=utf-8',
  'application/graphql-response+json',
  'application/json;charset=utf-16',
  'text/plain',
  'application/graphql',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
  'application/json, text/html',
  '\u00ff',
]
const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'text/html',
  'text/event-stream',
  'text/event-stream, application/json',
  'application/json, text/event-stream;q=0.5',
  'multipart/mixed; deferSpec=20220824',
  'application/json;q=0',
  ';;;',
  '',
]
const names = [
  'authorization',
  'x-user-id',
  'x-user-groups',
  'signature',
  'signature-input',
  'content-digest',
  'x-request-id',
  'traceparent',
  'accept-language',
  'origin',
  'x-forwarded-for',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'apollo-query-plan-experimental',
  'x-http-method-override',
  'cookie',
  'content-encoding',
  'range',
  'if-none-match',
]
const values = [
  '',
  'Bearer',
  'Bearer x',
  'Bearer a.b.c',
  'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
  'Basic YTpi',
  'usr_root',
  'admin',
  'gzip',
  'null',
  '\u00e9\u00ff',
  '../../etc/passwd',
  '\u0024{jndi:ldap://x}',
  'x'.repeat(4_000),
  '1',
  'bytes=0-1',
  "' or 1=1",
]
const queries = [
  '',
  '?',
  '?query=',
  '?query=%',
  '?query={hello}',
  '?query=%7Bhello%7D&variables=%7B',
  '?query={hello}&extensions=[',
  '?query=a&query=b',
  '?documentId=__proto__',
  '?extensions={"persistedQuery":{"version":1,"sha256Hash":"x"}}',
  '?variables=1&operationName=x&query={__typename}',
  `?query=${'{a'.repeat(500)}`,
  '?%00=%ff',
]
const paths = [
  '/graphql',
  '/graphql',
  '/graphql',
  '/graphql',
  '/graphql/',
  '//graphql',
  '/graphql/../graphql',
  '/',
  '/graphiql',
  '/%67raphql',
  '/__proto__',
  '/health/live',
  '/api/v2',
  '/graphql;x=1',
]

/** The next request of the sequence. */
export function fuzzRequest(chance: Chance): FuzzRequest {
  const method = chance.below(5) > 0 ? 'POST' : chance.one(['GET', 'GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'])
  const path = method === 'POST' && chance.below(10) > 0 ? '/graphql' : chance.one(paths)
  const headers = fuzzHeaders(chance)
  if (method !== 'POST') return { method, path: path + chance.one(queries), headers }
  return { method, path, headers, body: fuzzBody(chance) }
}

function fuzzHeaders(chance: Chance): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': chance.below(12) === 0 ? chance.one(types) : 'application/json',
    accept: chance.below(4) === 0 ? chance.one(accepts) : 'application/json',
  }
  for (let i = chance.below(12) - 8; i > 0; i--) headers[chance.one(names)] = chance.one(values)
  return headers
}

function fuzzBody(chance: Chance): string | Buffer {
  const text = JSON.stringify(fuzzPayload(chance))
  switch (chance.below(40)) {
    case 0:
      return text.slice(0, chance.below(text.length))
    case 1:
      return Buffer.from(text).map((byte) => (chance.below(40) === 0 ? chance.below(256) : byte)) as Buffer
    case 2:
      return chance.one([
        '',
        'null',
        '1',
        '"x"',
        '[]',
        '{}',
        '[{}]',
        '{"query":1}',
        '{"__proto__":{"query":"{hello}"}}',
        `[${text},${text}]`,
      ])
    case 3:
      return `{"query":"{ hello }","variables":{"name":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`
    default:
      return text
  }
}

function fuzzPayload(chance: Chance): Record<string, unknown> {
  const payload: Record<string, unknown> = { query: fuzzDocument(chance), variables: fuzzVariables(chance) }
  if (chance.below(12) === 0) payload.operationName = chance.one(['A', 'B', 'nope', '', null, 1, '__proto__'])
  if (chance.below(10) === 0) payload.documentId = chance.one(scalars)
  if (chance.below(10) === 0)
    payload.extensions = chance.one<unknown>([
      1,
      [],
      'x',
      { persistedQuery: null },
      { persistedQuery: { version: 1, sha256Hash: 'x' } },
      { persistedQuery: { version: 2 } },
      fuzzValue(chance, 3),
    ])
  return payload
}

function fuzzDocument(chance: Chance): string {
  let text = chance.one(documents)
  for (let i = chance.below(5) - 1; i > 0; i--) text = mutated(text, chance)
  return text
}

function mutated(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1)
  const end = Math.min(text.length, at + chance.below(12))
  switch (chance.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(end)
    case 1:
      return text.slice(0, at) + chance.one(pieces) + text.slice(at)
    case 2:
      return text.slice(0, end) + text.slice(at)
    case 3:
      return text.slice(0, at) + String.fromCharCode(chance.below(0xffff)) + text.slice(at + 1)
    case 4:
      return `${text} ${chance.one(documents)}`
    default:
      return text.replace(/\w+/g, (word) => (chance.below(15) === 0 ? chance.one(pieces) : word))
  }
}

function fuzzVariables(chance: Chance): unknown {
  if (chance.below(8) === 0) return chance.one(scalars)
  const good = { name: 'Ada', n: chance.below(5), on: true, input: { id: '1', json: fuzzValue(chance, 2) } }
  return chance.below(3) > 0 ? good : { ...good, [chance.one(keys)]: fuzzValue(chance, 4) }
}

function fuzzValue(chance: Chance, depth: number): unknown {
  if (depth === 0 || chance.below(3) === 0) return chance.one(scalars)
  if (chance.below(2) === 0) return Array.from({ length: chance.below(4) }, () => fuzzValue(chance, depth - 1))
  return Object.fromEntries(
    Array.from({ length: chance.below(4) }, () => [chance.one(keys), fuzzValue(chance, depth - 1)]),
  )
}
