import type { IncomingMessage } from 'node:http'
import { parseExact } from '@tikitu/federation-executor/lib/exact-json'

/** A JSON body, or why it cannot be read: another content type, a content encoding, or a syntax error. */
export type JsonBody = { value: unknown } | { problem: 'type' | 'encoding' | 'syntax' }

/** The error message for a syntax error. */
export const invalidJson = 'Invalid JSON: the body must be one JSON object.'

/** Parses a JSON body. Numbers keep all digits. */
export function readJsonBody({ request, body }: { request: IncomingMessage; body: Buffer }): JsonBody {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
  if (!/^application\/(?:[\w.-]+\+)?json\s*(;|$)/i.test(type)) return { problem: 'type' }
  if (encoding !== 'identity' && encoding !== '') return { problem: 'encoding' }
  const value = parseJson(body.toString('utf8'))
  return value === undefined ? { problem: 'syntax' } : { value }
}

/** The parsed JSON; undefined when it is invalid. */
export function parseJson(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}
