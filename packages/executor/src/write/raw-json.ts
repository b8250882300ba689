/** Serialized response data. */
export interface RawJson {
  text: string
  toJSON: () => unknown
}

/** Wraps JSON text for Apollo Server's pipeline. `JSON.stringify` gives the same text. */
export function rawJson(text: string): RawJson {
  return { text, toJSON: () => JSON.parse(text) }
}

/** Serializes a result in the order that the specification suggests: errors, data, extensions. */
export function stringifyResult(result: Record<string, unknown>): string {
  const data = result['data'] as Partial<RawJson> | null | undefined
  const { errors, extensions } = result
  if (typeof data?.toJSON !== 'function' || typeof data.text !== 'string')
    return JSON.stringify({ errors, data, extensions })
  const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`
  const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`
  return `{${before}"data":${data.text}${after}}`
}
